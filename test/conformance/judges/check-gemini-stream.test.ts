import { describe, expect, it } from "vitest";
import { drop, insert, move, put } from "./edit.ts";
import { expectBlame, judge, type Row } from "./expect-blame.ts";
import { GOOD } from "./good-streams.ts";
import { judgeStream } from "./index.ts";

describe("Gemini", () => {
  const part = "candidates.0.content.parts.0";
  it.each<Row>([
    ["content of another role", put(1, "candidates.0.content.role", "assistant"), /role is not model/],
    ["a part without data", put(1, part, {}), /a part has no data/],
    ["a part of two kinds", put(1, `${part}.functionCall`, { name: "a" }), /a part has text and functionCall/],
    ["a text that is null", put(1, `${part}.text`, null), /text is no text/],
    ["a signature that is not base64", put(2, `${part}.thoughtSignature`, "fairlead1.x"), /not base64/],
    ["thought: false", put(1, `${part}.thought`, false), /thought is not true/],
    ["a call without a name", drop(2, `${part}.functionCall.name`), /a call has no name/],
    ["a call in parts", put(2, `${part}.functionCall.willContinue`, true), /a call is not whole/],
    ["arguments as text", put(2, `${part}.functionCall.args`, '{"q":1}'), /args is no object/],
    ["two calls of one id", put(2, "candidates.0.content.parts.1.functionCall.id", "call_1"), /was used before/],
    ["no finishReason", drop(3, "candidates.0.finishReason"), /has no finishReason/],
    ["an empty finishReason", put(3, "candidates.0.finishReason", ""), /has no finishReason/],
    ["a finish reason of another surface", put(3, "candidates.0.finishReason", "stop"), /finishReason must be equal to one of/],
    ["content after the finish", move(3, 2), /goes on after its finishReason/],
    ["no usage on the last", drop(3, "usageMetadata"), /no usageMetadata/],
    ["an id that changes", put(1, "responseId", "r-2"), /responseId changed to r-2/],
    ["an empty model", put(1, "modelVersion", ""), /modelVersion is empty/],
    ["an event of nothing", insert(1, { responseId: "r-1" }), /says nothing/],
    ["a member Google does not know", put(1, "id", "x"), /has the unknown member id/],
  ])("%s", (...row) => expectBlame("gemini", "complete", row));

  it.each<Row>([
    ["an error without a status", drop(2, "error.status"), /no code or no status/],
    ["an error without a message", put(2, "error.message", ""), /has no message/],
    ["an error beside candidates", put(2, "candidates", []), /more than an error/],
    ["an error that is not the end", insert(3, 1), /something follows the error/],
    ["a finished answer before the error", put(1, "candidates.0.finishReason", "STOP"), /finished before the error/],
  ])("broken off: %s", (...row) => expectBlame("gemini", "error", row));

  it("reads a stream that is one array, and an answer that was blocked", () => {
    const text = `[${GOOD.gemini.map((event) => JSON.stringify(event)).join(",\r\n")}]`;
    expect(judgeStream({ surface: "gemini", text, outcome: "complete" })).toEqual([]);
    expect(judgeStream({ surface: "gemini", text: text.slice(0, -1), outcome: "complete" })).toContain("the array is not JSON");
    const blocked = { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { totalTokenCount: 4 } };
    expect(judge("gemini", [blocked], "complete")).toEqual([]);
  });
});
