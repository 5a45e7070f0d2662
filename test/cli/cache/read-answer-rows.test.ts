import { describe, expect, it } from "vitest";
import { readAnswerRows } from "../../../src/cli/cache/read-answer-rows.ts";

const ROWS = [
  { answer: "hours", text: "When are you open?" },
  { answer: "", text: 'He said "hello", then left' },
];

describe("readAnswerRows", () => {
  it.each([
    ["TSV", 'answer_id\ttext\nhours\tWhen are you open?\n\tHe said "hello", then left\n'],
    ["CSV", 'prompt,answer_id\r\nWhen are you open?,hours\r\n"He said ""hello"", then left",\r\n'],
    ["JSONL", '{"prompt":"When are you open?","id_set":"hours"}\n\n{"prompt":"He said \\"hello\\", then left","id_set":null}\n'],
  ])("reads %s", (_, content) => {
    expect(readAnswerRows(content)).toEqual(ROWS);
  });

  it("takes ids that are numbers, a byte order mark, and cells with line ends", () => {
    expect(readAnswerRows('\uFEFF{"question":"a","label":7}')).toEqual([{ answer: "7", text: "a" }]);
    expect(readAnswerRows('text,intent\n"two\nlines",x\n')).toEqual([{ answer: "x", text: "two\nlines" }]);
  });

  it.each([
    ["no column of texts: there must be one called prompt", "id,answer\n1,2\n"],
    ["no column of answers", "prompt,body\nx,y\n"],
    ["Line 2 is no JSON object", '{"prompt":"a","answer":"b"}\nnone\n'],
    ["The file has no rows", "prompt,answer\n"],
  ])("says what is wrong: %s", (message, content) => {
    expect(() => readAnswerRows(content)).toThrow(new RegExp(message, "i"));
  });
});
