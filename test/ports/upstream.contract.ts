import { expect } from "vitest";
import type { Upstream, UpstreamCall } from "../../src/ports/upstream.ts";
import { type Fact, itHolds } from "./facts.ts";

type Ask = Omit<UpstreamCall, "signal">;

/** An upstream and one call for each way in which a backend can behave. */
export interface UpstreamRig {
  readonly upstream: Upstream;
  /** 200 with a JSON body. */
  readonly answers: Ask;
  /** 503 with a body. */
  readonly refuses: Ask;
  /** 3xx with a `location`. */
  readonly redirects: Ask;
  /** Headers and some bytes, then silence. */
  readonly stalls: Ask;
  /** Never any header. */
  readonly hangs: Ask;
  /** Headers and some bytes, then a broken connection. */
  readonly breaks: Ask;
  /** Nobody listens. */
  readonly isDown: Ask;
}

export type CreateUpstreamRig = () => UpstreamRig;

/** What every upstream keeps. */
export function upstreamContract(create: CreateUpstreamRig): void {
  itHolds(upstreamFacts, create);
}

export const upstreamFacts: readonly Fact<CreateUpstreamRig>[] = [
  {
    title: "resolves with an unread body",
    check: async (create) => {
      const { upstream, answers } = create();
      const response = await upstream.send(live(answers));
      expect([response.status, response.bodyUsed]).toEqual([200, false]);
      expect(await response.json()).toBeTypeOf("object");
    },
  },
  {
    title: "resolves when the backend refuses: a status is an answer",
    check: async (create) => {
      const { upstream, refuses } = create();
      const response = await upstream.send(live(refuses));
      expect(response.status).toBe(503);
      expect(await response.text()).not.toBe("");
    },
  },
  {
    title: "never follows a redirect",
    check: async (create) => {
      const { upstream, redirects } = create();
      const response = await upstream.send(live(redirects));
      expect(Math.floor(response.status / 100)).toBe(3);
      await response.body?.cancel();
    },
  },
  {
    title: "rejects when no answer comes because nobody listens",
    check: async (create) => {
      const { upstream, isDown } = create();
      expect(await reasonOf(upstream.send(live(isDown)))).toBeInstanceOf(Error);
    },
  },
  {
    title: "rejects when the signal has fired before the call",
    check: async (create) => {
      const { upstream, answers } = create();
      const sent = upstream.send({ ...answers, signal: AbortSignal.abort(new Error("too late")) });
      expect(await reasonOf(sent)).toMatchObject({ message: "too late" });
    },
  },
  {
    title: "rejects with the signal's reason while no header has come",
    check: async (create) => {
      const { upstream, hangs } = create();
      const controller = new AbortController();
      const sent = upstream.send({ ...hangs, signal: controller.signal });
      setTimeout(() => controller.abort(new Error("ttft is over")), 20);
      expect(await reasonOf(sent)).toMatchObject({ message: "ttft is over" });
    },
  },
  {
    title: "breaks a body that is being read when the signal fires",
    check: async (create) => {
      const { upstream, stalls } = create();
      const controller = new AbortController();
      const response = await upstream.send({ ...stalls, signal: controller.signal });
      const text = response.text();
      setTimeout(() => controller.abort(new Error("idle for too long")), 20);
      expect(await reasonOf(text)).toBeInstanceOf(Error);
    },
  },
  {
    title: "breaks the body when the connection breaks",
    check: async (create) => {
      const { upstream, breaks } = create();
      const response = await upstream.send(live(breaks));
      expect(await reasonOf(response.text())).toBeInstanceOf(Error);
    },
  },
  {
    title: "gives bodies that a BYOB reader can read",
    check: async (create) => {
      const { upstream, answers } = create();
      const { body } = await upstream.send(live(answers));
      const reader = body?.getReader({ mode: "byob" });
      const first = await reader?.read(new Uint8Array(65_536));
      expect(first?.value?.byteLength).toBeGreaterThan(0);
      await reader?.cancel();
    },
  },
];

function live(ask: Ask): UpstreamCall {
  return { ...ask, signal: new AbortController().signal };
}

/** Why the promise was rejected; null when it was not. `expect().rejects` would hold up the whole test if it never ends. */
async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (reason: unknown) => reason,
  );
}
