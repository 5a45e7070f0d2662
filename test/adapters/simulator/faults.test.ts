import { describe, expect, it, vi } from "vitest";
import { askChat, askEmbeddings, choiceOf, chunksOf, joinText, readAll } from "./ask.ts";

describe("simulated refusals", () => {
  it.each([
    [401, "invalid_api_key", null],
    [403, "permission_denied", null],
    [404, "model_not_found", null],
    [418, null, null],
    [429, "rate_limit_exceeded", "1"],
    [500, null, null],
    [502, null, null],
    [503, null, null],
    [529, null, null],
  ])("say %i in OpenAI's form", async (status, code, retryAfter) => {
    const response = await askChat({ model: `sim-status-${status}` });
    expect([response.status, response.headers.get("retry-after")]).toEqual([status, retryAfter]);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: expect.any(String), param: null, code },
    });
  });

  it("carry the asked retry-after, and a location when they redirect", async () => {
    expect((await askChat({ model: "sim-status-429-30" })).headers.get("retry-after")).toBe("30");
    expect((await askChat({ model: "sim-status-302" })).headers.get("location")).toMatch(/^https:/);
  });

  it("say which limit of the account or the model was met", async () => {
    const context = await askChat({ model: "sim-context" });
    expect([context.status, await context.json()]).toMatchObject([400, { error: { code: "context_length_exceeded" } }]);
    const quota = await askChat({ model: "sim-quota" });
    expect([quota.status, await quota.json()]).toMatchObject([429, { error: { code: "insufficient_quota" } }]);
    const blocked = await askChat({ model: "sim-blocked" });
    expect([blocked.status, await blocked.json()]).toMatchObject([400, { error: { code: "content_filter" } }]);
  });
});

describe("simulated faults", () => {
  it("end an answer without content, empty or filtered", async () => {
    expect(await choiceOf(await askChat({ model: "sim-empty" }))).toMatchObject({
      message: { content: "" },
      finish_reason: "stop",
    });
    expect(await choiceOf(await askChat({ model: "sim-filter" }))).toMatchObject({
      message: { content: "" },
      finish_reason: "content_filter",
    });
    const chunks = chunksOf(await (await askChat({ model: "sim-filter", stream: true })).text());
    expect([joinText(chunks), chunks.at(-1)?.choices[0]?.finish_reason]).toEqual(["", "content_filter"]);
  });

  it.each([
    ["sim-cut", 3],
    ["sim-cut-0", 0],
    ["sim-cut-5", 5],
  ])("break the connection of %s after %i deltas, which arrive", async (model, deltas) => {
    const { reads, error } = await readAll(await askChat({ model, stream: true }));
    expect(error).toBeInstanceOf(Error);
    expect(contentDeltas(reads)).toBe(deltas);
    expect(reads.join("")).not.toContain("[DONE]");
  });

  it("end a truncated stream cleanly, without finish reason and terminator", async () => {
    const { reads, error } = await readAll(await askChat({ model: "sim-truncated", stream: true }));
    expect([error, contentDeltas(reads)]).toEqual([null, 3]);
    expect(reads.join("")).not.toMatch(/\[DONE\]|"finish_reason":"/);
  });

  it("put one broken event into an otherwise complete stream", async () => {
    const { reads } = await readAll(await askChat({ model: "sim-malformed-1", stream: true }));
    const events = reads.join("").split("\n\n");
    const broken = events.filter((event) => event !== "" && !event.endsWith("}") && !event.endsWith("[DONE]"));
    expect(broken).toHaveLength(1);
    expect(events.indexOf(broken[0] ?? "")).toBe(2);
    expect(reads.join("").endsWith("data: [DONE]\n\n")).toBe(true);
  });

  it.each(["sim-cut", "sim-truncated", "sim-malformed"])("spoil the JSON of %s, of chat and of embeddings", async (model) => {
    for (const response of [await askChat({ model }), await askEmbeddings({ model, input: "a" })]) {
      expect(response.status).toBe(200);
      await expect(response.json()).rejects.toThrow();
    }
  });

  it("break the connection before any answer", async () => {
    await expect(askChat({ model: "sim-unreachable" })).rejects.toThrow("Network connection lost.");
  });
});

describe("simulated time", () => {
  it("paces deltas, one a chunk, the frames around them without a pause", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    const { reads, error } = await readAll(await askChat({ model: "sim-pace-2", stream: true }));
    const pauses = timers.mock.calls.filter(([, delayMs]) => delayMs === 2);
    timers.mockRestore();
    expect(error).toBeNull();
    expect(reads).toHaveLength(contentDeltas(reads));
    expect(pauses).toHaveLength(reads.length - 1);
    expect(reads.at(-1)?.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  it("sends headers at once and the first delta late, or a JSON answer late as a whole", async () => {
    const response = await askChat({ model: "sim-slow-30", stream: true });
    const timers = vi.spyOn(globalThis, "setTimeout");
    await response.text();
    await askChat({ model: "sim-slow-20" });
    expect(timers.mock.calls.map(([, delayMs]) => delayMs)).toEqual([30, 20]);
    timers.mockRestore();
  });

  it("rejects a hanging or slow call with the reason of the abort", async () => {
    for (const model of ["sim-hang", "sim-slow-60000", "sim-pace-60000"]) {
      const controller = new AbortController();
      const sent = askChat({ model }, controller.signal);
      controller.abort(new Error("too slow"));
      await expect(sent).rejects.toThrow("too slow");
    }
  });

  it("breaks a stalled, paced or late body with the reason of the abort", async () => {
    for (const model of ["sim-stall", "sim-pace-60000", "sim-slow-60000"]) {
      const controller = new AbortController();
      const response = await askChat({ model, stream: true }, controller.signal);
      const all = readAll(response);
      setTimeout(() => controller.abort(new Error("too slow")), 5);
      expect(await all).toMatchObject({ error: { message: "too slow" } });
    }
  });

  it("leaves no timer behind when the body is cancelled while it waits", async () => {
    const response = await askChat({ model: "sim-pace-60000", stream: true });
    const reader = response.body?.getReader();
    await reader?.read();
    const pending = reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 1));
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    await reader?.cancel();
    expect(cleared).toHaveBeenCalled();
    cleared.mockRestore();
    expect(await pending).toMatchObject({ done: true });
  });

  it("produces nothing that is not read", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    await askChat({ model: "sim-pace-60000", stream: true });
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });
});

function contentDeltas(reads: readonly string[]): number {
  return reads.join("").split('"delta":{"content":').length - 1;
}
