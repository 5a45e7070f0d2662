import { expect, it } from "vitest";
import { createSimulator } from "../../../src/adapters/simulator/simulator.ts";
import { linkPolicy } from "../../../src/core/policy/link.ts";
import type { LinkedPolicy, LinkedRoute } from "../../../src/core/policy/linked.ts";
import { DIALECT_FACTS, surfaceOf } from "../../../src/dialects/index.ts";
import { Asking } from "../../../src/pipeline/asking.ts";
import { attemptStream } from "../../../src/pipeline/stages/attempt-stream.ts";
import { prepare } from "../../../src/pipeline/stages/prepare.ts";
import { Watchdog } from "../../../src/pipeline/watchdog.ts";
import { createRun } from "../../cli/decision/run.ts";
import { compileText, expectCompiled } from "../../core/policy/compile-files.ts";

const NOW = 1_795_428_000_000;

/** A route whose one target is a model of the simulator. */
async function routeTo(model: string): Promise<{ readonly policy: LinkedPolicy; readonly route: LinkedRoute }> {
  const text = `
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: simulator }
spec: { simulator: {} }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: chat }
spec: { models: [{ name: chat }], rules: [{ name: everyone, groups: [{ name: only, targets: [{ provider: simulator, model: ${model} }] }] }] }
`;
  const policy = linkPolicy(expectCompiled(await compileText(text)), { readSecret: () => undefined, dialects: DIALECT_FACTS });
  const route = policy.findRules("default", "chat")?.rules[0]?.variants[0]?.route;
  return route === undefined ? expect.unreachable() : { policy, route };
}

/** What one attempt at a stream comes to, for a caller who is forwarded or one who is translated for. */
async function attempt(model: string, path: "/v1/chat/completions" | "/v1/messages") {
  const { policy, route } = await routeTo(model);
  const surface = surfaceOf(path === "/v1/messages" ? "anthropic-messages" : "openai-chat");
  const body = JSON.stringify({ model: "chat", stream: true, max_tokens: 9, messages: [{ role: "user", content: "Hello!" }] });
  const context = { caps: policy.gateway.caps, address: { model: null, stream: false, query: "" }, headers: new Map() };
  const run = createRun({ path, startedAt: NOW });
  const asking = new Asking(surface.decodeRequest("chat", body, context), surface, run);
  const [target] = route.targets;
  const [credential] = target?.credentials ?? [];
  if (target === undefined || credential === undefined) return expect.unreachable();
  const sent = prepare(asking, target, route);
  if (sent.kind !== "native" && sent.kind !== "transcoded") return expect.unreachable();
  const input = {
    asking,
    sent,
    target,
    credential,
    timeouts: route.timeouts,
    limitMs: 5_000,
    deadline: NOW + 5_000,
    isLast: true,
    hops: 0 as const,
    controller: null,
    transaction: undefined,
    watchdog: new Watchdog(),
    isKept: false,
  };
  const authoriser = { authorise: () => expect.unreachable() };
  return attemptStream(input, { upstream: createSimulator(), authoriser }, run);
}

it.each(["/v1/chat/completions", "/v1/messages"] as const)(
  "an empty stream is a failed attempt, also where its terminator has come: %s",
  async (path) => {
    expect(await attempt("sim-empty", path)).toMatchObject({ kind: "failed", failure: { class: "empty_completion" } });
  },
);

it.each(["sim-small", "sim-filter"])("a stream that holds an answer, or says why it holds none, is one: %s", async (model) => {
  expect(await attempt(model, "/v1/chat/completions")).toMatchObject({ kind: "stream" });
});
