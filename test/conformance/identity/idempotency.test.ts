import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askDuplicates, askKeyed, CALLER, chargedTo, SLOW, startDuplicatesLab, tokensOf } from "./duplicates.ts";
import { isReplayed, killBeforeStored } from "./dying-routers.ts";
import type { LimitsLab } from "./limits-lab.ts";

let lab: LimitsLab;
beforeAll(async () => {
  lab = await startDuplicatesLab(2, ["one", "other", "dies", "leaves", "sdk", CALLER], "3s");
});
afterAll(() => lab.close());

describe("a request under an Idempotency-Key", () => {
  it.each(["own-j", "own-s"])("is its consumer's own: another one's key of the same name is another key (%s)", async (key) => {
    const [one, other] = [await askKeyed(lab, "one", { key, process: 0 }), await askKeyed(lab, "other", { key, process: 0 })];
    const repeated = await askKeyed(lab, "one", { key, process: 1 });
    expect([one, other, repeated].map(isReplayed)).toEqual([false, false, true]);
    expect(repeated.body.equals(one.body)).toBe(true);
    expect(repeated.headers["x-fairlead-request-id"]).toBe(one.headers["x-fairlead-request-id"]);
  });

  it.each(["leaves-j", "leaves-s"])("goes on when its caller is gone, for whoever repeats it (%s)", async (key) => {
    const before = lab.upstream.attempts().length;
    expect((await askKeyed(lab, "leaves", { key, process: 0, patienceMs: 60 })).hung).toBe(true);
    const repeated = await askKeyed(lab, "leaves", { key, process: 1 });
    expect([repeated.status, repeated.whole, isReplayed(repeated)]).toEqual([200, true, true]);
    expect(lab.upstream.attempts().length).toBe(before + 1);
  });

  it("goes on when its caller leaves in the midst of a stream, and is repeated from the beginning", async () => {
    lab.upstream.setFault("leaves", "ok@interval=40");
    const before = lab.upstream.attempts().length;
    const left = await askKeyed(lab, "leaves", { key: "midst-s", process: 0, patienceMs: 200 });
    const repeated = await askKeyed(lab, "leaves", { key: "midst-s", process: 1 });
    lab.upstream.setFault("leaves", SLOW);
    expect([left.hung, left.body.length > 0, isReplayed(repeated)]).toEqual([true, true, true]);
    expect(repeated.body.toString().startsWith(left.body.toString())).toBe(true);
    expect(repeated.body.toString()).toMatch(/data: \[DONE\]\n\n$/u);
    expect(lab.upstream.attempts().slice(before)).toMatchObject([{ closed: "finished" }]);
  });

  it("is carried out once when a stock SDK repeats it", async () => {
    const { url } = lab.router(0);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: lab.keyOf("sdk") });
    const create = () =>
      client.chat.completions.create(
        { model: "x-sdk", messages: [{ role: "user", content: "Where is the harbour?" }] },
        { headers: { "Idempotency-Key": "sdk" } },
      );
    const before = lab.upstream.attempts().length;
    const [first, second] = [await create(), await create()];
    expect(second).toEqual(first);
    expect(lab.upstream.attempts().length).toBe(before + 1);
  });

  it("is carried out and charged once when it comes five times at once at two processes", async () => {
    const { charged, tokens, ...seen } = await askDuplicates(lab, { processes: 2, keys: 20, copies: 5, batch: 20 });
    expect(seen).toEqual({ answered: 120, alike: 20, replayed: 100, upstreamCalls: 20 });
    expect(charged).toEqual({ requests: 20, tokens });
  });

  it("is charged once when its router dies between the answer and the record", async () => {
    const before = lab.upstream.attempts().length;
    const [first, second] = await killBeforeStored(lab, "dies", "death-j");
    expect([first, second].map(({ status }) => status)).toEqual([200, 200]);
    expect([isReplayed(second), lab.upstream.attempts().length - before]).toEqual([false, 2]);
    expect(isReplayed(await askKeyed(lab, "dies", { key: "death-j", process: 1 }))).toBe(true);
    expect(await chargedTo(lab, "dies")).toEqual({ requests: 1, tokens: tokensOf(second) });
  });
});
