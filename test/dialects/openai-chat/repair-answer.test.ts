import { describe, expect, it } from "vitest";
import { repairAnswer } from "../../../src/dialects/openai-chat/repair-answer.ts";
import { readAnswer } from "../../../src/dialects/openai-chat/read-answer.ts";
import { readChat } from "../../../src/dialects/openai-chat/read-chat.ts";
import { SEED } from "./asking.ts";
import { meaningOfAnswer } from "./gather.ts";
import { readRecordings } from "./recordings.ts";

const CONTEXT = { seed: SEED, family: "openai-chat" };
const recordings = ["openai-chat", "openai-compat"]
  .flatMap(readRecordings)
  .filter(({ normalizedResponse, response }) => response !== null && normalizedResponse.error === null);

const MISTRAL = "openai-compat/mistral-pyd-tool_choice_matrix-tool_choice_matrix-";
const SNOWFLAKE = "openai-compat/myorg-myaccount-pyd-snowflake-snowflake_";
const NO_TYPE = "calls have no type";
const EMPTY = "finish reason, function_call, custom and audio are empty";

/** Recorded answers that need mending, and why. */
const MENDED: ReadonlyMap<string, string> = new Map([
  [`${MISTRAL}auto-mistral/step-1`, NO_TYPE],
  [`${MISTRAL}list_single-mistral`, NO_TYPE],
  [`${MISTRAL}required-mistral`, NO_TYPE],
  [`${MISTRAL}tools_plus_output-mistral/step-1`, NO_TYPE],
  [`${MISTRAL}tools_plus_output-mistral/step-2`, NO_TYPE],
  ["openai-compat/vai-mistral-tool-call", NO_TYPE],
  [`${SNOWFLAKE}native_output`, EMPTY],
  [`${SNOWFLAKE}thinking/step-1`, EMPTY],
  [`${SNOWFLAKE}thinking/step-2`, EMPTY],
  [`${SNOWFLAKE}tool_calling/step-1`, EMPTY],
  [`${SNOWFLAKE}tool_calling/step-2`, EMPTY],
  ["openai-compat/openrouter-pyd-openrouter-openrouter_tool_optional_parameters", "arguments are an empty text"],
]);

/** What a whole answer means; null for an error. */
function meaning(text: string): unknown {
  const read = readChat(text, CONTEXT);
  return read.kind === "read" ? meaningOfAnswer(read.answer) : null;
}

function mend(message: unknown, finish: unknown): unknown {
  return JSON.parse(repairAnswer(JSON.stringify({ id: "1", own: 0.5, choices: [{ message, finish_reason: finish }] }), ""));
}

describe("a mended answer", () => {
  it.each(recordings.map(({ name, response }) => [name, response ?? ""] as const))(
    "%s means what it meant, and is untouched where it was sound",
    (name, text) => {
      const mended = repairAnswer(text, "");
      expect(meaning(mended)).toEqual(meaning(text));
      expect(repairAnswer(mended, "")).toBe(mended);
      expect(mended !== text, MENDED.get(name)).toBe(MENDED.has(name));
    },
  );

  it("has a role, content, ids, types and arguments, and keeps what it is not known to need", () => {
    const message = {
      content: [
        { type: "thinking", thinking: "hm" },
        { type: "text", text: "so" },
      ],
      function_call: { name: "", arguments: "" },
      tool_calls: [
        { function: { name: "f", arguments: { n: 1 } }, own: 1 },
        { id: "b", type: "function", function: { name: "g", arguments: "" } },
      ],
      own: 2,
    };
    expect(mend(message, "stop")).toEqual({
      id: "1",
      own: 0.5,
      choices: [
        {
          index: 0,
          message: {
            content: "so",
            reasoning_content: "hm",
            tool_calls: [
              {
                id: expect.stringMatching(/^call_[0-9a-f]{24}$/),
                type: "function",
                function: { name: "f", arguments: '{"n":1}' },
                own: 1,
              },
              { id: "b", type: "function", function: { name: "g", arguments: "{}" } },
            ],
            own: 2,
            role: "assistant",
          },
          finish_reason: "tool_calls",
        },
      ],
    });
  });

  it.each([
    ['{"error":{"message":"no","code":502}}', { message: "no", type: "server_error", param: null, code: "502" }],
    ['{"object":"error","message":"no","type":"X","param":"p","code":"c"}', { message: "no", type: "X", param: "p", code: "c" }],
    ['{"error":"no"}', { message: "no", type: "server_error", param: null, code: null }],
  ])("tells an error in the one form there is: %s", (text, error) => {
    expect(JSON.parse(repairAnswer(text, ""))).toEqual({ error });
    expect(readAnswer("chat", repairAnswer(text, ""))).toMatchObject({ kind: "failed" });
  });

  it.each(["{", "7", "{}", '{"error":{"message":"no","type":"t","param":null,"code":null}}'])(
    "leaves alone what it cannot mend or need not: %s",
    (text) => {
      expect(repairAnswer(text, "")).toBe(text);
    },
  );
});
