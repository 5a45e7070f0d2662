import { expect, it } from "vitest";
import { KnownRequests } from "../../../src/core/cache/known-requests.ts";
import { TenantSecrets } from "../../../src/core/cache/tenant-secrets.ts";
import { NO_CACHE_WISH } from "../../../src/core/http/read-cache-wish.ts";
import { compileCache } from "../../../src/core/policy/compile-cache.ts";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import { type Preferences, readPreferences } from "../../../src/core/routing/preferences.ts";
import { NO_KILLS } from "../../../src/core/routing/target-view.ts";
import { surfaceOf } from "../../../src/dialects/index.ts";
import { IsolateAnswers } from "../../../src/pipeline/answers/isolate-answers.ts";
import type { Slot } from "../../../src/pipeline/answers/slot.ts";
import { Asking } from "../../../src/pipeline/asking.ts";
import type { Run } from "../../../src/pipeline/deps.ts";
import { nameRequest } from "../../../src/pipeline/stages/name-request.ts";
import { callerOf, groupOf, routeOf, target } from "../../core/routing/routing-fixtures.ts";
import { decode } from "../../dialects/cache/form-of.ts";

const SURFACE = surfaceOf("openai-chat");
// What a request is named by; the rest of these does not matter here.
const policy = { stamp: "1.1-a", embedder: { kind: "hash" }, gateway: { cache: { shards: 1 } } } as LinkedPolicy;
const run = { requestId: "0".repeat(32), startedAt: 1_800_000_000_000, origin: { continent: "EU", country: "DE" } } as Run;
const deps = {
  answers: new IsolateAnswers(null),
  answerSecrets: new TenantSecrets(new Uint8Array(32)),
  knownRequests: new KnownRequests<never>(),
  control: { purgedAt: () => 0 },
};

interface Asked {
  readonly text?: string;
  readonly preferences?: Preferences;
  /** Of the route. */
  readonly id?: string;
  readonly lets?: boolean;
  readonly wish?: Partial<typeof NO_CACHE_WISH>;
  readonly keyId?: string;
  /** Null: a question to Chat Completions. */
  readonly asking?: Asking | null;
}

async function slotOf({
  asking = null,
  id = "acme/chat/one",
  keyId = "k1",
  lets = true,
  preferences,
  text,
  wish,
}: Asked): Promise<Slot | null> {
  const cache = compileCache({ exact: { ttl: "1h" }, semantic: { maxFalseHitRate: "2%" }, tags: ["faq"], promptVersion: "7" });
  const body = { model: "chat", messages: [{ role: "user", content: text ?? "How do I change my subscription?" }] };
  const asked = {
    caller: { ...callerOf({ tenant: "acme" }), keyId },
    asking: asking ?? new Asking(decode("openai-chat", body), SURFACE, run),
    wishes: {
      timeoutMs: 1_000,
      cache: { ...NO_CACHE_WISH, ...wish },
      hops: 0 as const,
      preferences: preferences ?? null,
      explain: false,
    },
    access: null,
    route: { ...routeOf([groupOf([target("a/one")])]), id, cache, callerPreferences: lets },
    policy,
    kills: NO_KILLS,
  };
  return nameRequest(asked, deps, run);
}

/** Whether the second request may be given the very answer of the first. */
async function shares(first: Asked, second: Asked): Promise<boolean> {
  const [a, b] = [await slotOf(first), await slotOf(second)];
  return a !== null && a.names.exact === b?.names.exact;
}

function prefer(value: object): Preferences {
  const read = readPreferences(JSON.stringify(value));
  return read.kind === "read" ? read.preferences : expect.unreachable();
}

it("an answer is given again to the same request", async () => {
  expect(await shares({}, {})).toBe(true);
});

it("an answer by one rule is not given where another rule decides", async () => {
  expect(await shares({}, { id: "acme/chat/eu" })).toBe(false);
});

it("an answer is not given to who prefers other targets, where the rule lets callers prefer", async () => {
  const wished = { preferences: prefer({ only: ["anthropic"] }) };
  expect(await shares({}, wished)).toBe(false);
  expect(await shares({ lets: false }, { ...wished, lets: false })).toBe(true);
});

it("what memory holds is one principal's, whoever shares in the store", async () => {
  expect(await shares({}, { keyId: "k2" })).toBe(false);
  const [a, b] = [await slotOf({}), await slotOf({ keyId: "k2" })];
  expect(a?.question.keys.exact).not.toBe(b?.question.keys.exact); // `my subscription`: about who asks
  const plain = { text: "What is the capital of France?" };
  const [c, d] = [await slotOf(plain), await slotOf({ ...plain, keyId: "k2" })];
  expect(c?.question.keys.exact).toBe(d?.question.keys.exact);
  expect(c?.names.exact).not.toBe(d?.names.exact);
});

it("what is true now alone is kept for a minute", async () => {
  expect((await slotOf({ text: "What is the weather in Paris today?" }))?.ttlMs).toBe(60_000);
  expect((await slotOf({ text: "What is the capital of France?" }))?.ttlMs).toBe(3_600_000);
});

it("is named twice alike by who wants only an exact answer, whom nothing else finds", async () => {
  const text = "What is the capital of France?";
  const [open, exact] = [await slotOf({ text }), await slotOf({ text, wish: { isExact: true } })];
  expect(open?.question).toMatchObject({ text, semantic: { maxFalseHitRate: 0.02 } });
  expect(open?.names.canonical).not.toBeNull();
  expect(exact?.question).toMatchObject({ text: null, semantic: null, keys: { canonical: null } });
  expect(exact?.names).toEqual({ exact: open?.names.exact, canonical: null });
});

it("is tagged by what it can be purged by", async () => {
  expect((await slotOf({}))?.question.tags).toEqual(["faq", "model:chat", "route:acme/chat/one", "prompt:7"]);
});

it("is not named for who wants nothing of it", async () => {
  expect(await slotOf({ wish: { isOff: true } })).toBeNull();
});

it("a stream is not given the JSON that the same bytes were answered with", async () => {
  const unreadable = { contents: [{ parts: [{ functionResponse: { name: "never-called", response: {} } }] }] };
  const askingFor = (stream: boolean): Asking => new Asking(decode("gemini", unreadable, { stream }), surfaceOf("gemini"), run);
  expect((await slotOf({ asking: askingFor(false) }))?.record).toBe("body");
  expect(await slotOf({ asking: askingFor(true) })).toBeNull();
});
