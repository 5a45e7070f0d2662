import { describe, it } from "vitest";
import { both, drop, insert, move, put, without } from "./edit.ts";
import { expectBlame, type Row } from "./expect-blame.ts";

describe("Chat Completions", () => {
  const call = "choices.0.delta.tool_calls.0";
  const rows: readonly Row[] = [
    ["no role in the first delta", drop(0, "choices.0.delta.role"), /first delta of choice 0 has no role/],
    ["the role again", put(2, "choices.0.delta.role", "assistant"), /tells its role again/],
    ["an id that changes", put(2, "id", "chatcmpl-2"), /id, created or model changed/],
    ["a time that changes", put(2, "created", 1), /id, created or model changed/],
    [
      "an empty model",
      both(...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((index) => put(index, "model", ""))),
      /id or model is empty/,
    ],
    ["choices that are null", put(10, "choices", null), /choices is no array/],
    ["a choice without an index", drop(2, "choices.0.index"), /has the choice index undefined/],
    ["a content of parts", put(2, "choices.0.delta.content", [{ type: "text", text: "a" }]), /delta.content is no text/],
    ["a thought that is no text", put(1, "choices.0.delta.reasoning_content", {}), /delta.reasoning_content is no text/],
    ["a call that begins at 1", put(4, `${call}.index`, 1), /has the call index 1, not 0/],
    ["a call without an index", drop(4, `${call}.index`), /has the call index undefined/],
    ["a call without an id", drop(4, `${call}.id`), /id of call 0 is empty/],
    ["two calls of one id", put(7, `${call}.id`, "call_0"), /id of call 1 is empty or used before/],
    ["a call without a type", drop(4, `${call}.type`), /call 0 has the type undefined/],
    ["a call without a name", drop(4, `${call}.function.name`), /call 0 has no name/],
    ["an id told again", put(5, `${call}.id`, "call_0"), /tells id, type or name of call 0 again/],
    ["a name told again as null", put(5, `${call}.function.name`, null), /tells id, type or name of call 0 again/],
    ["calls that interleave", move(8, 6), /has the call index 1, not|goes back to call/],
    ["a call that goes on after the next has begun", move(6, 8), /goes back to call 0/],
    ["arguments that are an object", put(8, `${call}.function.arguments`, {}), /arguments are no text/],
    ["arguments that break off", without(6), /arguments of a call of choice 0 are not a JSON object/],
    ["no finish reason", put(9, "choices.0.finish_reason", null), /choice 0 has no finish reason/],
    ["a finish reason of another surface", put(9, "choices.0.finish_reason", "end_turn"), /has the finish reason "end_turn"/],
    ["an empty finish reason on every chunk", put(2, "choices.0.finish_reason", ""), /has the finish reason ""/],
    ["two finish reasons", insert(10, 9), /goes on after its finish/],
    ["a text after the finish", move(3, 9), /goes on after its finish/],
    ["stop although there are calls", put(9, "choices.0.finish_reason", "stop"), /finishes with stop although/],
    ["tool_calls without one", without(4, 5, 6, 7, 8), /finishes with tool_calls without one/],
    ["usage before the finish", move(10, 9), /has usage before the finish/],
    [
      "usage on the finish",
      put(9, "usage", { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }),
      /has usage and choices/,
    ],
    ["usage twice", insert(11, 10), /tells usage again/],
    ["something after the usage", insert(11, 3), /follows the usage/],
    ["usage in fractions", put(10, "usage.prompt_tokens", 1.5), /not whole numbers/],
    ["a chunk of nothing", put(3, "choices", []), /has no choice and no usage/],
    ["no choice at all", without(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), /there is no choice/],
    ["no [DONE]", without(11), /there is no \[DONE\]/],
    ["[DONE] before the end", insert(10, "[DONE]"), /something follows the end/],
    ["a chunk of another kind", put(3, "object", "text_completion"), /object must be equal to constant/],
    ["a chunk without a delta", drop(3, "choices.0.delta"), /must have required property 'delta'/],
  ];
  it.each(rows)("%s", (...row) => expectBlame("openai-chat", "complete", row));

  it.each<Row>([
    ["an error with a member too few", drop(4, "error.param"), /has not the four members/],
    ["an error with a member too many", put(4, "error.status", 502), /has not the four members/],
    ["an error without a message", put(4, "error.message", ""), /has no message/],
    ["an error beside choices", put(4, "choices", []), /has more than an error/],
    ["[DONE] after an error", insert(5, "[DONE]"), /something follows the end/],
    ["a finished answer before the error", put(3, "choices.0.finish_reason", "stop"), /finished before the error/],
  ])("broken off: %s", (...row) => expectBlame("openai-chat", "error", row));
});

describe("Completions", () => {
  it.each<Row>([
    ["an id that changes", put(1, "id", "cmpl-2"), /id, created or model changed/],
    ["a choice without a text", drop(1, "choices.0.text"), /a choice has no text/],
    ["a choice that goes on", insert(3, 0), /goes on after its finish/],
    ["no finish reason", put(2, "choices.0.finish_reason", null), /has no finish reason/],
    [
      "usage beside choices",
      put(1, "usage", { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }),
      /has usage and choices/,
    ],
    ["usage before the finish", move(3, 2), /usage before the finish/],
    ["something after the usage", insert(4, 0), /follows the usage/],
    ["a chunk of nothing", put(1, "choices", []), /has no choice and no usage/],
    ["no [DONE]", without(4), /there is no \[DONE\]/],
    ["[DONE] twice", insert(4, 4), /something follows the end/],
    ["a chat chunk", put(1, "object", "chat.completion.chunk"), /object must be equal to constant/],
  ])("%s", (...row) => expectBlame("openai-completions", "complete", row));

  it.each<Row>([
    ["an error with a member too few", drop(2, "error.code"), /has not the four members/],
    ["a finished answer before the error", put(1, "choices.0.finish_reason", "stop"), /finished before the error/],
  ])("broken off: %s", (...row) => expectBlame("openai-completions", "error", row));
});
