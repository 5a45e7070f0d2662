import { describe, expect, it } from "vitest";
import { type Edit, put, drop } from "./edit.ts";
import { GOOD_BODIES } from "./good-bodies.ts";
import { type BodyKind, judgeJson, type JudgedSurface } from "./index.ts";

const ALL = Object.entries(GOOD_BODIES).flatMap(
  ([surface, kinds]) =>
    Object.entries(kinds).map(([kind, body]) => ({ surface: surface as JudgedSurface, kind: kind as BodyKind, body })), // as `GOOD_BODIES` has them
);

describe("a good body", () => {
  it.each(ALL)("$surface $kind: nothing is wrong", ({ surface, kind, body }) => {
    expect(judgeJson({ surface, kind, text: JSON.stringify(body) })).toEqual([]);
  });

  it.each(ALL)("$surface $kind: it is no other kind, and no JSON when cut", ({ surface, kind, body }) => {
    const others: readonly BodyKind[] = ["chat", "embeddings", "count", "error", "models", "model"];
    const text = JSON.stringify(body);
    for (const other of others) if (other !== kind) expect(judgeJson({ surface, kind: other, text }), other).not.toEqual([]);
    expect(judgeJson({ surface, kind, text: text.slice(0, -1) })).toEqual(["the body is not JSON"]);
  });
});

it("asks for no usage where the provider told none", () => {
  const none = [
    put(0, "usage", null)([GOOD_BODIES["openai-responses"].chat ?? {}]),
    drop(0, "usageMetadata")([GOOD_BODIES.gemini.chat ?? {}]),
  ];
  const texts = none.map(([body]) => JSON.stringify(body));
  const judged = (["openai-responses", "gemini"] as const).flatMap((surface, index) =>
    judgeJson({ surface, kind: "chat", text: texts[index] ?? "", hasUsage: false }),
  );
  expect(judged).toEqual([]);
});

describe("a broken body", () => {
  const choice = "choices.0";
  const rows: readonly (readonly [JudgedSurface, BodyKind, Edit, RegExp])[] = [
    ["openai-chat", "chat", put(0, "id", ""), /id or model is empty/],
    ["openai-chat", "chat", put(0, "choices", []), /there is no choice/],
    ["openai-chat", "chat", put(0, `${choice}.index`, 1), /do not stand in order/],
    ["openai-chat", "chat", put(0, `${choice}.finish_reason`, null), /no finish reason/],
    ["openai-chat", "chat", put(0, "usage.total_tokens", 1), /usage does not add up/],
    ["openai-chat", "chat", put(0, `${choice}.finish_reason`, "stop"), /stop although there are tool calls/],
    ["openai-chat", "chat", put(0, `${choice}.message.tool_calls`, []), /tool_calls without one/],
    ["openai-chat", "chat", put(0, `${choice}.message.tool_calls.1.id`, "call_1"), /a call's id is empty or used twice/],
    ["openai-chat", "chat", put(0, `${choice}.message.tool_calls.0.function.arguments`, '{"q"'), /not a JSON object/],
    ["openai-chat", "chat", drop(0, `${choice}.message.refusal`), /must have required property 'refusal'/],
    ["openai-chat", "chat", put(0, "object", "chat.completion.chunk"), /object must be equal to constant/],
    ["openai-chat", "error", drop(0, "error.param"), /must have required property 'param'/],
    ["openai-completions", "chat", put(0, `${choice}.finish_reason`, null), /no finish reason/],
    ["openai-responses", "chat", drop(0, "store"), /the response has no store/],
    ["openai-responses", "chat", put(0, "output.1.id", "rs_1"), /an item's id is empty or used twice/],
    ["openai-responses", "chat", put(0, "output.4.call_id", "call_1"), /a call_id is empty or used twice/],
    ["openai-responses", "chat", put(0, "output.2.arguments", "{"), /not a JSON object/],
    ["openai-responses", "chat", put(0, "status", "in_progress"), /status is in_progress/],
    ["openai-responses", "chat", put(0, "status", "incomplete"), /incomplete_details does not fit/],
    ["openai-responses", "chat", put(0, "error", { code: "server_error", message: "x" }), /has an error/],
    ["openai-responses", "chat", put(0, "usage", null), /usage.input_tokens is no whole number/],
    [
      "openai-responses",
      "chat",
      put(0, "output.1.content.0.type", "text"),
      /output\/1\/content\/0 value of tag "type" must be in oneOf/,
    ],
    ["anthropic-messages", "chat", put(0, "model", ""), /id or model is empty/],
    ["anthropic-messages", "chat", put(0, "stop_reason", null), /there is no stop_reason/],
    ["anthropic-messages", "chat", put(0, "stop_reason", "end_turn"), /end_turn although there are tool calls/],
    ["anthropic-messages", "chat", put(0, "content", []), /tool_use without one/],
    ["anthropic-messages", "chat", put(0, "content.1.input", "{}"), /input is no object/],
    ["anthropic-messages", "chat", put(0, "content.1.id", ""), /a call's id is empty/],
    ["anthropic-messages", "chat", put(0, "stop_sequence", "END"), /stop_sequence does not fit/],
    ["anthropic-messages", "error", drop(0, "error.message"), /must have required property 'message'/],
    ["gemini", "chat", put(0, "candidates", []), /no candidate and no blockReason/],
    ["gemini", "chat", drop(0, "candidates.0.finishReason"), /has no finishReason/],
    ["gemini", "chat", drop(0, "usageMetadata"), /no usageMetadata/],
    ["gemini", "chat", put(0, "candidates.0.content.parts.1.functionCall.args", []), /args is no object/],
    ["gemini", "chat", put(0, "candidates.0.message", {}), /has the unknown member message/],
    ["gemini", "error", drop(0, "error.status"), /must have required property 'status'/],
  ];
  it.each(rows.map(([surface, kind, edit, says]) => ({ surface, kind, edit, says })))(
    "$surface $kind: $says",
    ({ surface, kind, edit, says }) => {
      const [body] = edit([GOOD_BODIES[surface][kind] ?? {}]);
      expect(judgeJson({ surface, kind, text: JSON.stringify(body) })).toContainEqual(expect.stringMatching(says));
    },
  );
});
