import { beforeAll, describe, expect, it } from "vitest";
import type { CompiledPolicy } from "../../../src/core/policy/compiled.ts";
import type { LinkedPolicy, LinkedRoute } from "../../../src/core/policy/linked.ts";
import { FairleadError } from "../../../src/core/errors.ts";
import type { NoTarget } from "../../../src/core/routing/target-standing.ts";
import { askedByBody, type AskedRequest } from "../../../src/cli/decision/asked-request.ts";
import { callerOf } from "../../../src/cli/decision/caller-of.ts";
import { endingOf, endingWithoutTarget } from "../../../src/cli/decision/ending.ts";
import { type Fit, fitOf } from "../../../src/cli/decision/fit-of.ts";
import { placeOf } from "../../../src/cli/decision/place-of.ts";
import { surfaceOfPath } from "../../../src/cli/decision/surface-of-path.ts";
import { Asking } from "../../../src/pipeline/asking.ts";
import { plan } from "../../../src/pipeline/stages/plan.ts";
import { prepare, type Prepared, type Unfit } from "../../../src/pipeline/stages/prepare.ts";
import { RequestFacts } from "../../../src/pipeline/request-facts.ts";
import { readScenarioPolicies } from "./linked-policies.ts";
import { createRun } from "./run.ts";

const PICTURE = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
const TOOL = { type: "function", function: { name: "look_up", parameters: { type: "object", properties: {} } } };
const SCHEMA = { type: "json_schema", json_schema: { name: "answer", schema: { type: "object", properties: {} } } };
const ASK = { role: "user", content: "What is the answer?" };

/** Requests of every surface, as the one who writes `explain`'s file and as the one who sends them. */
const REQUESTS: readonly { readonly path: string; readonly body: object }[] = [
  { path: "/v1/chat/completions", body: { model: "agents", messages: [ASK] } },
  { path: "/v1/chat/completions", body: { model: "agents", stream: true, max_tokens: 9, messages: [ASK, ASK], tools: [TOOL] } },
  { path: "/v1/chat/completions", body: { model: "agents", messages: [{ role: "user", content: [PICTURE] }] } },
  { path: "/v1/chat/completions", body: { model: "agents", messages: [ASK], response_format: SCHEMA, reasoning_effort: "low" } },
  { path: "/v1/chat/completions", body: { model: "agents", messages: [ASK], logit_bias: { 7: 1 }, logprobs: true } },
  { path: "/v1/embeddings", body: { model: "embed", input: "What?" } },
  { path: "/v1/messages", body: { model: "agents", max_tokens: 9, messages: [ASK], top_k: 3 } },
  { path: "/v1/messages/count_tokens", body: { model: "agents", messages: [ASK] } },
  {
    path: "/v1/messages/count_tokens",
    body: { model: "agents", messages: [{ role: "user", content: [{ type: "image", source: { type: "none" } }] }] },
  },
  {
    path: "/v1/messages",
    body: { model: "agents", max_tokens: 9, messages: [ASK], thinking: { type: "enabled", budget_tokens: 1024 } },
  },
  { path: "/v1/responses", body: { model: "agents", input: "What?", tools: [{ type: "web_search" }] } },
  { path: "/v1/responses", body: { model: "agents", input: "What?", previous_response_id: "resp_1" } },
  { path: "/v1/completions", body: { model: "agents", prompt: "Once upon", stream: true } },
  { path: "/v1beta/models/agents:generateContent", body: { contents: [{ role: "user", parts: [{ text: "What?" }] }] } },
  { path: "/v1beta/models/agents:streamGenerateContent", body: { contents: [{ role: "user", parts: [{ text: "What?" }] }] } },
];
const NOW = 1_795_428_000_000;

let compiled: CompiledPolicy;
let policy: LinkedPolicy;
beforeAll(async () => {
  ({ compiled, policy } = await readScenarioPolicies());
});

interface Both {
  readonly asked: AskedRequest;
  readonly asking: Asking;
  readonly facts: RequestFacts;
}

/** One request, as the command reads it and as the router does. */
function readBoth({ body, path }: (typeof REQUESTS)[number]): Both {
  const called = surfaceOfPath(path);
  if (called === null) throw new Error(`${path} leads to no model.`);
  const text = JSON.stringify(body);
  const { caller } = callerOf({ tenant: "default", consumer: "billing", key: "ci", roles: null, tags: null }, policy.consumers);
  const { gateway } = policy;
  const run = { ...createRun({ path, startedAt: NOW }), origin: { country: "US", continent: "NA" } };
  const around = { called, path, caller, headers: run.headers, place: placeOf(gateway, run.origin), now: NOW };
  const context = { caps: gateway.caps, address: called.address, headers: run.headers };
  const decoded = called.surface.decodeRequest(called.operation, text, context);
  const asking = new Asking(decoded, called.surface, run);
  return { asked: askedByBody(text, gateway, around), asking, facts: new RequestFacts(asking, caller, { gateway, run }) };
}

/** Every route with targets of its own. */
function routes(): readonly LinkedRoute[] {
  return compiled.routes
    .flatMap(({ models }) => policy.findRules("default", models[0] ?? "")?.rules ?? [])
    .flatMap(({ variants }) => variants.map(({ route }) => route));
}

/** What the router says where nobody can be asked for this reason. */
function refusalOf(noTarget: NoTarget, { asked, route }: { readonly route: LinkedRoute; readonly asked: AskedRequest }) {
  const [target] = route.targets;
  const id = target?.id ?? "";
  const isBlocked = noTarget.kind === "throttled" || noTarget.kind === "credentials";
  const health = {
    standing: () => "ready" as const,
    slowStart: () => 1,
    inFlight: () => 0,
    hasRoom: () => noTarget.kind !== "full",
    loadMs: () => 0,
    tokensPerSecond: () => null,
    ttftMs: () => null,
    blockedUntil: () => (isBlocked ? NOW + 4_000 : 0),
    isRefused: () => noTarget.kind === "credentials",
    isFailing: () => false,
    tryProbe: () => false,
    begin: () => expect.unreachable(),
    snapshot: () => ({}),
  };
  const nobody = new Set<string>();
  const only = { order: [], only: ["nobody"], ignore: [], sort: null, maxInputMicroUsdPerMillion: null };
  const preferences = { ...only, maxOutputMicroUsdPerMillion: null, requireParameters: false, allowFallbacks: true };
  try {
    const input = {
      route: { ...route, callerPreferences: true, ...(noTarget.kind === "none" ? { groups: [], targets: [] } : {}) },
      access: noTarget.kind === "access" ? { mayAsk: () => false, partition: "" } : null,
      facts: asked.facts,
      policy,
      kills: { targets: new Set(noTarget.kind === "killed" ? [id] : []), credentials: nobody, models: nobody, callers: nobody },
      preferences: noTarget.kind === "preferences" ? preferences : null,
      deadline: NOW + 1_000,
      trace: null,
    };
    const retryBudget = { recordFirst: () => undefined, tryTake: () => true };
    const control = { kills: () => input.kills };
    plan(input, { control, health, retryBudget }, createRun({ path: "/v1/embeddings", startedAt: NOW }));
  } catch (error) {
    if (error instanceof FairleadError) return endingOf(error);
  }
  return expect.unreachable();
}

describe("a body is read as the router reads it", () => {
  it.each(REQUESTS)("$path $body", (request) => {
    const { asked, facts } = readBoth(request);
    const { caller, features, headers, model, now, operation, path, place, prefix, stream, tokens } = facts;
    expect(asked.facts).toEqual({ caller, features, headers, model, now, operation, path, place, prefix, stream, tokens });
  });
});

/** What becomes of a request at a target, the same words for the command's reading and the router's. */
function inWords(fate: Fit | Prepared | Unfit): string {
  switch (fate.kind) {
    case "unfit":
      return fate.error.message;
    case "counted":
    case "estimated":
      return "the router counts itself";
    case "asked":
    case "native":
    case "transcoded":
      return "asked";
  }
}

describe("targets are asked, passed over or counted for as the router does", () => {
  it.each(REQUESTS)("$path $body", (request) => {
    const { asked, asking } = readBoth(request);
    for (const route of routes()) {
      for (const target of route.targets) {
        expect(inWords(fitOf(asked.told, target, route)), `${route.id} ${target.label}`).toBe(
          inWords(prepare(asking, target, route)),
        );
      }
    }
  });

  it("which happens among these at least ten times, and the router's own count as often", () => {
    const kinds = REQUESTS.flatMap((request) => {
      const { asked } = readBoth(request);
      return routes().flatMap((route) => route.targets.map((target) => fitOf(asked.told, target, route).kind));
    });
    expect(kinds.filter((kind) => kind === "unfit").length).toBeGreaterThan(10);
    expect(kinds.filter((kind) => kind === "counted").length).toBeGreaterThan(10);
  });
});

describe("where nobody can be asked, the caller gets what the router says", () => {
  const KINDS: readonly NoTarget[] = [
    { kind: "throttled", waitMs: 4_000 },
    { kind: "full" },
    { kind: "credentials" },
    { kind: "killed" },
    { kind: "preferences" },
    { kind: "none" },
  ];

  it.each(KINDS)("$kind", (noTarget) => {
    const { asked } = readBoth({ path: "/v1/embeddings", body: { model: "embed", input: "What?" } });
    const [route] = routes().filter(({ id }) => id === "default/embed/everyone");
    if (route === undefined) return expect.unreachable();
    const expected = refusalOf(noTarget, { route, asked });
    const ending = endingWithoutTarget(noTarget, route.id, policy);
    expect({ ...ending, retryAfterSeconds: Math.floor(ending.retryAfterSeconds ?? 0) }).toEqual({
      ...expected,
      message: expected.message.replace(/ Retry in .*$/, ""),
      retryAfterSeconds: Math.floor(expected.retryAfterSeconds ?? 0),
    });
  });
});
