import { burst, json1k, json32k, messagesBurst, vision1m } from "../requests.ts";
import { backpressure } from "./backpressure.ts";
import { leave } from "./leave.ts";
import { manyStreams } from "./many-streams.ts";
import { policy } from "./policy.ts";
import { scan } from "./scan.ts";
import type { Scenario } from "./scenario.ts";
import { ssePaced } from "./sse-paced.ts";
import { createThroughputScenario } from "./throughput.ts";

/** In the order they run and are reported. A new one is a line here; one that needs no gateway is an `OfflineScenario`. */
export const SCENARIOS: readonly Scenario[] = [
  createThroughputScenario({
    name: "json-1k",
    about: "1 KB in, 1.1 KB JSON out, 32 connections",
    request: json1k,
    connections: 32,
  }),
  createThroughputScenario({
    name: "json-limited",
    about: "the 1 KB request with and without limits and budgets, 32 connections, slices warm",
    // An isolate holds slices once it knows its rate, of two whole seconds.
    leadSeconds: 4,
    subjects: ["bare", "fairlead", "limited"],
    request: json1k,
    connections: 32,
  }),
  createThroughputScenario({
    name: "json-cached",
    about: "the 1 KB request answered by a stored answer, 32 connections; bare asks its upstream",
    subjects: ["bare", "fairlead", "cached"],
    request: json1k,
    connections: 32,
  }),
  createThroughputScenario({
    name: "latency-cached",
    about: "the same on one connection: time of one call",
    subjects: ["bare", "cached"],
    request: json1k,
    connections: 1,
  }),
  createThroughputScenario({
    name: "json-32k",
    about: "32 KB in, 32 KB JSON out, 32 connections",
    request: json32k,
    connections: 32,
  }),
  createThroughputScenario({
    name: "vision-1m",
    about: "a picture of 1 MB in, 1.1 KB JSON out, 8 connections",
    request: vision1m,
    connections: 8,
  }),
  createThroughputScenario({
    name: "latency",
    about: "the 1 KB request on one connection: time of one call",
    request: json1k,
    connections: 1,
  }),
  createThroughputScenario({
    name: "sse-burst",
    about: "a stream of 200 events, 48 KB, sent at once, 32 connections",
    request: burst,
    connections: 32,
  }),
  createThroughputScenario({
    name: "sse-transcoded",
    about:
      "a stream of 200 of Anthropic's events sent at once, asked for as OpenAI chat, 32 connections; bare passes the events as they are",
    subjects: ["bare", "fairlead", "portkey"],
    request: messagesBurst,
    connections: 32,
  }),
  createThroughputScenario({
    name: "latency-transcoded",
    about: "the same stream on one connection: time of one call",
    subjects: ["bare", "fairlead", "portkey"],
    request: messagesBurst,
    connections: 1,
  }),
  ssePaced,
  manyStreams,
  backpressure,
  leave,
  policy,
  scan,
];
