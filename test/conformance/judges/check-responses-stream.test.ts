import { describe, expect, it } from "vitest";
import { both, drop, insert, move, put, without, type Edit } from "./edit.ts";
import { expectBlame, judge, type Row } from "./expect-blame.ts";
import { FAILED, GOOD, response } from "./good-streams.ts";

/** Changes events and counts them anew: the change is to be seen, not the gap in the numbers. */
function counted(edit: Edit): Edit {
  return (events) =>
    edit(events).map((event, index) => (typeof event === "string" ? event : { ...event, sequence_number: index }));
}

describe("Responses", () => {
  const rows: readonly Row[] = [
    ["a type that is not published", put(4, "type", "response.thought.delta"), /no published type/],
    ["no response.created", without(0), /the first event is response.in_progress/],
    ["response.created twice", insert(1, 0), /is created again/],
    ["an id that changes", put(1, "response.id", "resp_2"), /the response's id is "resp_2"/],
    ["an empty id", put(0, "response.id", ""), /the response's id is ""/],
    ["a response that does not echo", drop(0, "response.truncation"), /the response has no truncation/],
    ["a created response that is completed", put(0, "response.status", "completed"), /its status is completed/],
    ["output before there is any", put(1, "response.output", [{}]), /has output before/],
    ["items that overlap", move(12, 11), /item 0 is still open/],
    ["an output_index left out", put(12, "output_index", 2), /output_index is 2, not 1/],
    ["an event for another output_index", put(14, "output_index", 0), /output_index is 0, not 1/],
    ["an item without an id", put(12, "item.id", ""), /the item's id "" is empty/],
    ["two items of one id", put(12, "item.id", "rs_1"), /the item's id "rs_1" is empty or used before/],
    ["two calls of one call_id", put(29, "item.call_id", "call_1"), /call_id "call_1" is empty or used before/],
    ["a call without a name", put(24, "item.name", ""), /a call has no name/],
    ["a call that starts with arguments", put(24, "item.arguments", "{}"), /an added call has arguments/],
    [
      "an item that starts with content",
      put(12, "item.content", [{ type: "output_text", text: "", annotations: [], logprobs: [] }]),
      /an added item has content/,
    ],
    ["an item that is not done", without(23), /item 1 is still open/],
    ["a last item that is not done", without(36), /item 4 has no done event/],
    ["an event outside an item", move(14, 12), /while no item is open/],
    ["an event for another item", put(14, "item_id", "msg_2"), /item_id is msg_2/],
    ["a done item of another id", put(23, "item.id", "msg_2"), /id of the done item is not that of the added one/],
    ["a done call of another call_id", put(28, "item.call_id", "call_9"), /call_id of the done item/],
    ["arguments that were not told", put(28, "item.arguments", "{}"), /arguments of the done item was not told before/],
    ["arguments that are told otherwise", put(27, "arguments", "{}"), /are not what the deltas said/],
    ["no arguments.done", without(27), /arguments of the done item was not told before/],
    ["arguments.done without the tool's name", drop(27, "name"), /does not name the tool/],
    ["arguments that go on after their end", move(27, 26), /after the arguments were done/],
    [
      "arguments that break off",
      both(without(26), put(26, "arguments", '{"q":'), put(27, "item.arguments", '{"q":')),
      /completed call are not a JSON object/,
    ],
    [
      "arguments in a custom call",
      put(30, "type", "response.function_call_arguments.delta"),
      /in an item of type custom_tool_call/,
    ],
    ["a delta before its part", without(13), /while no part of type output_text is open/],
    ["a delta after its part", move(18, 14), /while no part of type output_text is open/],
    ["a delta of another part's type", put(14, "type", "response.refusal.delta"), /while no part of type refusal is open/],
    ["a delta without content_index", drop(14, "content_index"), /content_index is undefined, not 0/],
    ["a summary without summary_index", drop(4, "summary_index"), /summary_index is undefined, not 0/],
    ["an empty delta", put(14, "delta", ""), /a delta is empty/],
    ["a part that is not done", without(18), /a part is still open/],
    ["a last part that is not done", without(22), /the part 1 has no done event/],
    ["a part that is done twice", insert(19, 18), /done that is not open/],
    ["a part that starts with text", put(13, "part.text", "Hello"), /an added part has text/],
    [
      "a part of another type when done",
      put(22, "part", { type: "output_text", text: "No", annotations: [], logprobs: [] }),
      /the done part has another type/,
    ],
    ["a text without its done", without(17), /the part's text has no done event/],
    ["a text that goes on", move(17, 15), /goes on after its done event/],
    ["a text that is told otherwise", put(17, "text", "Hullo"), /the done text is not what the deltas said/],
    ["a part that is told otherwise", put(18, "part.text", "Hullo"), /the done part is not what the deltas said/],
    ["an annotation that is not in the part", without(16), /the done part has other annotations/],
    ["an annotation with another index", put(16, "annotation_index", 1), /annotation_index is 1/],
    ["an annotation in a refusal", move(16, 20), /an annotation outside a text/],
    ["an item that is not its parts", put(23, "item.content", []), /content of the done item is not its parts/],
    ["a thought that is not its parts", put(11, "item.summary", []), /summary of the done item is not its parts/],
    ["a tool's step in a message", put(16, "type", "response.web_search_call.searching"), /in an item of type message/],
    ["output that is not the items", put(37, "response.output.1.content.0.text", "Hullo"), /item 1 of its output is not/],
    ["output without an item", put(37, "response.output", []), /its output has 0 items, the stream had 5/],
    ["usage without details", drop(37, "response.usage.input_tokens_details.cached_tokens"), /cached_tokens is no whole number/],
    [
      "usage without cache_write_tokens",
      drop(37, "response.usage.input_tokens_details.cache_write_tokens"),
      /cache_write_tokens/,
    ],
    ["usage that does not add up", put(37, "response.usage.total_tokens", 1), /total_tokens is 1, not 13/],
    [
      "a completed response that is incomplete",
      put(37, "response.incomplete_details", { reason: "max_output_tokens" }),
      /has incomplete_details/,
    ],
    [
      "an incomplete response without a reason",
      both(put(37, "type", "response.incomplete"), put(37, "response.status", "incomplete")),
      /does not say why/,
    ],
    ["a status that is not the event's", put(37, "response.status", "incomplete"), /its status is incomplete/],
    ["no terminal event", without(37), /has no terminal event/],
    ["something after the terminal event", insert(38, 1), /follows response.completed/],
    ["[DONE]", insert(38, "[DONE]"), /its data is not JSON: "\[DONE\]"/],
    ["an event without logprobs", drop(14, "logprobs"), /must have required property 'logprobs'/],
  ];
  it.each(rows)("%s", (title, edit, says) => expectBlame("openai-responses", "complete", [title, counted(edit), says]));

  it.each<Row>([
    ["a number twice", put(5, "sequence_number", 4), /has the sequence number 4, not 5/],
    ["a number left out", without(4), /has the sequence number 5, not 4/],
    ["no number", drop(5, "sequence_number"), /has the sequence number undefined, not 5/],
  ])("%s", (...row) => expectBlame("openai-responses", "complete", row));

  it.each<Row>([
    ["an error without a code", put(15, "response.error.code", ""), /its error has no code/],
    ["no error", put(15, "response.error", null), /its error has no code/],
    ["an error event alone", without(15), /has no terminal event/],
    ["an error event twice", insert(15, 14), /follows error/],
    ["an error event before something else", move(14, 13), /follows error/],
    ["an end of another response", put(15, "response.id", "resp_2"), /the response's id is "resp_2"/],
    [
      "a completed response after it",
      insert(16, { type: "response.completed", sequence_number: 16, response: response("completed", [], null) }),
      /follows response.failed/,
    ],
  ])("broken off: %s", (...row) => expectBlame("openai-responses", "error", row));

  it("takes an end that was appended by who knows neither the response nor its numbers, and one without an error event", () => {
    const [error = {}, failed = {}] = FAILED["openai-responses"].slice(-2);
    const begun = GOOD["openai-responses"].slice(0, 15);
    const appended = [
      put(0, "sequence_number", 0)([error]),
      both(put(0, "sequence_number", 1), put(0, "response.id", "resp_2"))([failed]),
    ].flat();
    expect(judge("openai-responses", [...begun, ...appended], "error")).toEqual([]);
    expect(judge("openai-responses", [...begun, ...put(0, "sequence_number", 15)([failed])], "error")).toEqual([]);
  });
});
