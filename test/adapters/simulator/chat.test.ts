import { describe, expect, it } from "vitest";
import { ask, askChat, choiceOf, chunksOf, joinText, question, readAll } from "./ask.ts";

describe("simulated chat", () => {
  it("says that it is the simulator and repeats how the question began", async () => {
    const long = "Tell me\n everything  about the history of the harbour of Rotterdam and its cranes, please";
    const choice = await choiceOf(await askChat({ model: "sim-small", messages: [{ role: "user", content: long }] }));
    expect(choice.message.content).toContain("Fairlead's simulator");
    expect(choice.message.content).toContain("Tell me everything about the history of the harbour of Rotte…");
    expect(choice.finish_reason).toBe("stop");
  });

  it("gives the same bytes for the same request, and other bytes for another", async () => {
    const texts = await Promise.all(
      [{ model: "sim-large" }, { model: "sim-large" }, { model: "sim-large", seed: 1 }, { model: "sim-small" }].map(
        async (body) => (await askChat(body)).text(),
      ),
    );
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBe(3);
  });

  it("gives a longer text from the large model", async () => {
    const [small, large] = await Promise.all(["sim-small", "sim-large"].map(async (model) => choiceOf(await askChat({ model }))));
    expect(large?.message.content?.length).toBeGreaterThan(3 * (small?.message.content?.length ?? 0));
  });

  it("streams the text of the JSON answer, ends with its finish reason and [DONE], and arrives in one piece", async () => {
    const { reads, error } = await readAll(await askChat({ model: "sim-small", stream: true, seed: 7 }));
    const chunks = chunksOf(reads.join(""));
    expect([reads.length, error]).toEqual([1, null]);
    expect(reads[0]?.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: "assistant" });
    expect(joinText(chunks)).toContain("What is the weather in Paris?");
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("stop");
  });

  it("counts ceil(characters / 4) tokens, and reports them on streams only when asked", async () => {
    const parsed = JSON.parse(await (await askChat({ model: "sim-small" })).text());
    const content: string = parsed.choices[0].message.content;
    const expected = {
      prompt_tokens: 8,
      completion_tokens: Math.ceil(content.length / 4),
      total_tokens: 8 + Math.ceil(content.length / 4),
    };
    expect(parsed.usage).toMatchObject(expected);
    const asked = chunksOf(
      await (await askChat({ model: "sim-small", stream: true, stream_options: { include_usage: true } })).text(),
    );
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 8 } });
    expect(asked.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    const unasked = chunksOf(await (await askChat({ model: "sim-small", stream: true })).text());
    expect(unasked.some((chunk) => "usage" in chunk)).toBe(false);
  });

  it("gives n answers, interleaved on a stream", async () => {
    const { choices } = JSON.parse(await (await askChat({ model: "sim-small", n: 3 })).text());
    expect(choices.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2]);
    const chunks = chunksOf(await (await askChat({ model: "sim-small", n: 2, stream: true })).text());
    expect(chunks.slice(0, 6).map((chunk) => chunk.choices[0]?.index)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(joinText(chunks, 1)).toContain("Fairlead's simulator");
  });

  it("stops at max_tokens with finish reason length, never inside a character", async () => {
    const choice = await choiceOf(await askChat({ model: "sim-small", max_completion_tokens: 5 }));
    expect([choice.message.content?.length, choice.finish_reason]).toEqual([20, "length"]);
    const emoji = [{ role: "user", content: "🙂".repeat(200) }];
    for (let tokens = 20; tokens < 40; tokens++) {
      const { message } = await choiceOf(await askChat({ model: "sim-small", messages: emoji, max_tokens: tokens }));
      expect(message.content?.isWellFormed()).toBe(true);
    }
  });

  it("reads text parts and ignores the others", async () => {
    const content = [
      { type: "text", text: "What is on " },
      { type: "image_url", image_url: { url: "data:," } },
      { type: "text", text: "this picture?" },
    ];
    const choice = await choiceOf(await askChat({ model: "sim-small", messages: [{ role: "user", content }] }));
    expect(choice.message.content).toContain("What is on this picture?");
  });

  it.each([
    ["no JSON", "{", null],
    ["no object", "[]", null],
    ["no messages", '{"model":"sim-small"}', "messages"],
    ["empty messages", '{"model":"sim-small","messages":[]}', "messages"],
    ["n of 0", JSON.stringify({ model: "sim-small", messages: question, n: 0 }), "n"],
    ["n of 1e9", JSON.stringify({ model: "sim-small", messages: question, n: 1e9 }), "n"],
    ["an embedding model", JSON.stringify({ model: "sim-embed", messages: question }), "model"],
  ])("refuses %s with 400 in OpenAI's form", async (_, body, param) => {
    const response = await ask("/v1/chat/completions", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: "invalid_request_error", param, code: null },
    });
  });

  it.each(["gpt-4o", "sim-", "sim-small-1", "sim-pace", "sim-status-200", "sim-status-304", "sim-status-600", "sim-constructor"])(
    "does not know the model %s",
    async (model) => {
      const response = await askChat({ model });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: "model_not_found", param: "model" } });
    },
  );

  it("serves no other path", async () => {
    expect((await ask("/v1/images/generations", "{}")).status).toBe(404);
  });
});
