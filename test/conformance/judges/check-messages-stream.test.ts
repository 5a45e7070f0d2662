import { describe, it } from "vitest";
import { both, drop, insert, move, put, without } from "./edit.ts";
import { expectBlame, type Row } from "./expect-blame.ts";
import { GOOD } from "./good-streams.ts";

describe("Messages", () => {
  it.each<Row>([
    ["no message_start", without(0), /outside the message/],
    ["message_start twice", insert(1, 0), /starts again/],
    ["a message without an id", put(0, "message.id", ""), /id or model is empty/],
    ["content before the blocks", put(0, "message.content", [{ type: "text", text: "a" }]), /has content before its blocks/],
    ["a stop before the beginning", put(0, "message.stop_reason", "end_turn"), /has stopped before it began/],
    ["a block index left out", put(6, "index", 2), /its index is 2, not 1/],
    ["blocks that overlap", without(5), /still open/],
    ["a block that is not stopped", without(14), /still open/],
    ["a block stopped twice", insert(6, 5), /stops block 0, which is not open/],
    ["a delta for another block", put(9, "index", 1), /is for block 1, which is not open/],
    [
      "a delta of another kind",
      put(9, "delta", { type: "thinking_delta", thinking: "a" }),
      /thinking_delta in a block of type text/,
    ],
    [
      "a delta in a block that has none",
      insert(7, { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "a" } }),
      /in a block of type redacted_thinking/,
    ],
    ["a thought after its signature", insert(5, 3), /follows the signature/],
    ["a text that starts with text", put(8, "content_block.text", "a"), /text of the started block is not ""/],
    ["a thought without a signature member", drop(2, "content_block.signature"), /signature of the started block/],
    ["a tool without an id", put(11, "content_block.id", ""), /the id "" is empty/],
    ["two tools of one id", put(15, "content_block.id", "toolu_1"), /used before/],
    ["a tool without a name", put(11, "content_block.name", ""), /the tool has no name/],
    ["a tool that starts with input", put(11, "content_block.input", { q: "x" }), /is not \{\}/],
    ["input that breaks off", without(13), /the input of block 3 is not a JSON object/],
    ["end_turn although there are calls", put(17, "delta.stop_reason", "end_turn"), /although there are tool calls/],
    ["tool_use without one", both(without(11, 12, 13, 14, 15, 16)), /stops with tool_use without one/],
    ["no stop_reason", put(17, "delta.stop_reason", null), /has no stop_reason/],
    ["a stop sequence that was not met", put(17, "delta.stop_sequence", "END"), /stop_sequence does not fit/],
    ["usage without the cache", drop(17, "usage.cache_read_input_tokens"), /usage has no cache_read_input_tokens/],
    ["usage that is not cumulative", put(17, "usage.output_tokens", 0), /not cumulative/],
    ["message_delta before the last block", move(17, 15), /a block starts outside the message/],
    ["message_delta in a block", move(17, 14), /not ready to end/],
    ["message_delta twice", insert(18, 17), /not ready to end/],
    ["no message_delta", without(17), /there was no message_delta/],
    ["no message_stop", without(18), /the last event is message_delta, not message_stop/],
    ["an event that is not published", insert(3, { type: "content_block_wait" }), /content_block_wait is no published type/],
    ["a message without usage", drop(0, "message.usage"), /must have required property 'usage'/],
  ])("%s", (...row) => expectBlame("anthropic-messages", "complete", row));

  it.each<Row>([
    ["an error without a type", put(4, "error.type", ""), /has no type or no message/],
    ["an error type that is not published", put(4, "error.type", "server_error"), /error/],
    ["an error after message_delta", insert(4, GOOD["anthropic-messages"][17] ?? ""), /follows message_delta/],
    ["a stop after an error", insert(5, { type: "message_stop" }), /follows the end/],
  ])("broken off: %s", (...row) => expectBlame("anthropic-messages", "error", row));
});
