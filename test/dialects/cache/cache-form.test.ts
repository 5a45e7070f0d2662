import { describe, expect, it } from "vitest";
import { type ChatSurface, formOf, toldApart } from "./form-of.ts";
import { shuffled } from "./mutations.ts";
import { recordedRequests } from "./recorded-requests.ts";
import { runMutations } from "./run-mutations.ts";
import { SAME_ASKS } from "./same-asks.ts";
import { SHARED_WISHES } from "./shared-wishes.ts";
import { WHOLE_REQUESTS } from "./whole-requests.ts";

const TOOLS = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
const isFull = process.env["FAIRLEAD_FULL"] === "1";
const REQUESTS = recordedRequests(isFull ? 1 : 24);

describe("what tells requests apart", () => {
  it("reads recorded requests of all four surfaces", () => {
    expect(new Set(REQUESTS.map(({ surface }) => surface)).size).toBe(4);
    expect(REQUESTS.length).toBeGreaterThan(isFull ? 400 : 15);
  });

  it("changes with any single text, number, flag, item and member, and with a member nobody knows", () => {
    const { changed, confused, refused } = runMutations(isFull ? REQUESTS : REQUESTS.filter((_, index) => index % 4 === 0));
    expect(confused).toEqual([]);
    expect(changed - refused).toBeGreaterThan(200);
  });

  it.each(WHOLE_REQUESTS)("changes so with everything that a request can say: $name", (request) => {
    expect(formOf(request.surface, request.body)?.record).toBe("chat");
    expect(runMutations([request]).confused).toEqual([]);
  });

  it("does not change with the order of members", () => {
    for (const { body, name, surface } of REQUESTS) {
      expect(toldApart(surface, shuffled(body)), name).toBe(toldApart(surface, body));
    }
  });
});

describe("one wish", () => {
  it.each(SAME_ASKS)("is one request in the words of every surface: $name", ({ bodies }) => {
    const forms = Object.entries(bodies).map(([surface, body]) => formOf(surface as ChatSurface, body));
    expect(forms[0]).not.toBeNull();
    for (const form of forms) expect(form).toEqual(forms[0]);
  });

  it.each(Object.entries(SHARED_WISHES))("is one request where some surfaces can say it: %s", (_, [first, ...others]) => {
    const form = formOf(...first);
    expect(form).not.toBeNull();
    for (const other of others) expect(formOf(...other)).toEqual(form);
  });

  it("is another request in every other wish's words", () => {
    const forms = SAME_ASKS.map(({ bodies }) => JSON.stringify(formOf("openai-chat", bodies["openai-chat"])));
    expect(new Set(forms).size).toBe(SAME_ASKS.length);
  });

  it.each([
    [{}, { temperature: 1, top_p: 1.0, n: 1, presence_penalty: 0, frequency_penalty: 0, logprobs: false, stop: null }],
    [{}, { stream: true, stream_options: { include_usage: true }, store: false, user: "u", metadata: { a: "b" }, seed: null }],
    [{}, { service_tier: "flex", prompt_cache_key: "k", safety_identifier: "s", response_format: { type: "text" } }],
    [{ tools: TOOLS }, { tools: TOOLS, tool_choice: "auto", parallel_tool_calls: true }],
    [{ max_tokens: 5 }, { max_completion_tokens: 5.0 }],
    [{ stop: "a" }, { stop: ["a"] }],
  ])("is the same whether it says what is usual or not: %j", (brief, wordy) => {
    const messages = [{ role: "user", content: "hi" }];
    const brieflyAsked = toldApart("openai-chat", { model: "m", messages, ...brief });
    expect(brieflyAsked).not.toBeNull();
    expect(toldApart("openai-chat", { model: "m", messages, ...wordy })).toBe(brieflyAsked);
  });

  it("is the same to a caller of Messages that names the version of the API", () => {
    const body = { model: "m", max_tokens: 5, messages: [{ role: "user", content: "hi" }] };
    const named = formOf("anthropic-messages", body, { headers: { "anthropic-version": "2023-06-01" } });
    expect(named).toEqual(formOf("openai-chat", body));
    expect(formOf("anthropic-messages", body, { headers: { "anthropic-beta": "x" } })).not.toEqual(named);
    expect(formOf("anthropic-messages", body, { headers: { "anthropic-version": "2099-01-01" } })).not.toEqual(named);
  });
});

/** A request whose last turn has two texts. */
function ask(first: string, last: string): ReturnType<typeof formOf> {
  const content = [first, last].map((text) => ({ type: "text", text }));
  return formOf("openai-chat", { model: "m", messages: [{ role: "user", content }] });
}

describe("the text that is asked last", () => {
  it("is blanked in the scope, and nothing else is", () => {
    expect(ask("a", "b")?.text).toBe("b");
    expect(ask("a", "b")?.scope).toBe(ask("a", "c")?.scope);
    expect(ask("a", "b")?.scope).not.toBe(ask("c", "b")?.scope);
  });

  it.each([
    [
      "an assistant's turn",
      [
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
      ],
    ],
    [
      "a system turn",
      [
        { role: "user", content: "a" },
        { role: "system", content: "b" },
      ],
    ],
    ["nothing", [{ role: "user", content: "" }]],
  ])("is none after %s", (_, messages) => {
    expect(formOf("openai-chat", { model: "m", messages })?.text).toBeNull();
  });
});

describe("what has no form of its own", () => {
  it("is equal to the same bytes on the same surface", () => {
    const input = { model: "m", input: "hi" };
    const form = formOf("openai-chat", input, { operation: "embeddings" });
    expect(form).toMatchObject({ record: "body", text: null });
    expect(formOf("openai-chat", `${JSON.stringify(input)} `, { operation: "embeddings" })).not.toEqual(form);
    const counted = { model: "m", messages: [{ role: "user", content: "hi" }] };
    const count = formOf("anthropic-messages", counted, { operation: "count_tokens" });
    expect(count).toMatchObject({ record: "body", text: null });
  });

  it.each([
    ["openai-responses", { model: "m", input: "hi", previous_response_id: "resp_1" }],
    ["openai-responses", { model: "m", input: "hi", conversation: "conv_1" }],
    ["openai-responses", { model: "m", input: "hi", background: true }],
    ["openai-chat", { model: "m", n: 2, messages: [{ role: "user", content: "hi" }] }],
    ["openai-chat", { model: "m", logprobs: true, messages: [{ role: "user", content: "hi" }] }],
    ["openai-completions", { model: "m", prompt: ["a", "b"] }],
    ["openai-completions", { model: "m", prompt: "a", stream: true }],
  ] as const)("is answered anew each time: %s %j", (surface, body) => {
    expect(formOf(surface, body)).toBeNull();
  });
});
