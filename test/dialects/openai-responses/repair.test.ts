import { describe, expect, it } from "vitest";
import { KNOWN_EVENTS } from "../../../src/dialects/openai-responses/known-events.ts";
import { repairAnswer } from "../../../src/dialects/openai-responses/repair-answer.ts";
import { StreamMender } from "../../../src/dialects/openai-responses/stream-mender.ts";
import { ResponsesReader } from "../../../src/dialects/openai-responses/stream-reader.ts";
import { parseEvents, type WrittenEvent } from "./check-events.ts";
import { gather } from "./gather.ts";
import { recording, recordings } from "./recordings.ts";
import { streamed } from "./sdk.ts";
import { SEED } from "./writing.ts";

type Event = Readonly<Record<string, unknown>>;

const STREAMS = recordings("openai-responses", "openai-responses-compat").flatMap(({ name, normalized, stream }) => {
  const isWhole = normalized?.error === null && normalized.finish !== null;
  return stream !== null && isWhole ? [{ name, stream }] : [];
});

/** Recordings that do not fit: events the SDK does not know, a part that is never closed, items that overlap. */
const MENDED = new Set([
  "openai-responses/pyd-openai_responses-openai_responses_model_mcp_list_tools_stream_backfills_missing_results",
  "openai-responses/syn-incomplete-max-tokens",
  "openai-responses/syn-keepalive-and-unknown",
  "openai-responses/vai-openai-apply-patch-tool.1",
  "openai-responses/vai-openai-custom-tool.1",
  "openai-responses/vai-openai-phase.1",
  "openai-responses-compat/openrouter-pyd-openai_responses-openai_responses_raw_cot_stream_openrouter",
  "openai-responses-compat/vai-lmstudio-tool-call.2",
]);

function mend(stream: string, size = stream.length): string {
  const mender = new StreamMender();
  let text = "";
  for (let at = 0; at < stream.length; at += size) text += mender.mend(stream.slice(at, at + size));
  return text + mender.mendEnd();
}

function dataOf(stream: string): readonly string[] {
  const lines = stream.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice("data:".length).trim());
}

function eventsOf(stream: string): readonly Event[] {
  return dataOf(stream).flatMap((data) => (data === "[DONE]" ? [] : [JSON.parse(data) as Event]));
}

function sse(events: readonly Event[]): string {
  return events.map((event) => `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

/** What a caller has in the end, whatever the ids. The provider's own tools stand where they were done, so that their order is not compared. */
function meaningOf(stream: string): unknown {
  const reader = new ResponsesReader({ seed: SEED, family: "openai" });
  const { answer, failure } = gather([...reader.push(stream), ...reader.end()]);
  const own = answer?.blocks.flatMap((block) => (block.kind === "opaque" ? [block.type] : [])).toSorted();
  const said = answer?.blocks.filter(({ kind }) => kind !== "opaque");
  const blocks = said?.map((block) => {
    if (block.kind === "media") return { ...block, extra: null };
    return block.kind === "reasoning" && block.seal !== null ? { ...block, seal: { ...block.seal, id: null } } : block;
  });
  return { blocks, own, finish: answer?.finish, usage: answer?.usage, failure };
}

/** What was said, in any order: where an item has no end, what only its end tells stands elsewhere. */
function sorted(stream: string): unknown {
  const { blocks, ...rest } = meaningOf(stream) as { readonly blocks: readonly Event[]; readonly own: unknown };
  const said = blocks.filter(({ kind, text }) => kind !== "reasoning" || text !== "");
  const bare = said.map((block) => JSON.stringify({ ...block, seal: null }));
  return { ...rest, own: null, blocks: bare.toSorted() };
}

/** One item after the other, numbered, each under one id. */
function isSerial(events: readonly WrittenEvent[]): boolean {
  let open: string | null = null;
  return events.every((event, number) => {
    if (event.sequence_number !== number || !KNOWN_EVENTS.has(event.type)) return false;
    if (event.type === "response.output_item.added") {
      const isFirst = open === null;
      open = event.item?.id ?? null;
      return isFirst;
    }
    if (event.item_id !== undefined && event.item_id !== open) return false;
    if (event.type !== "response.output_item.done") return true;
    const isSame = event.item?.id === open;
    open = null;
    return isSame;
  });
}

function without(...types: readonly string[]): (events: readonly Event[]) => readonly Event[] {
  return (events) => events.filter(({ type }) => !types.includes(String(type)));
}

function mapResponse(event: Event, change: (response: Event) => Event): Event {
  return typeof event["response"] === "object" ? { ...event, response: change(event["response"] as Event) } : event;
}

function rename(event: Event, number: number): Event {
  const item = event["item"] as Event | undefined;
  const renamed = {
    ...event,
    ...(item === undefined ? {} : { item: { ...item, id: `id-${number}` } }),
    ...("item_id" in event ? { item_id: `id-${number}` } : {}),
  };
  return mapResponse(renamed, (response) => {
    const output = (response["output"] as readonly Event[]).map((one, index) => ({ ...one, id: `id-${number}-${index}` }));
    return { ...response, id: `resp-${number}`, output };
  });
}

/** The done event of each item moved behind the first events of the next one. */
function overlap(events: readonly Event[]): readonly Event[] {
  const out = [...events];
  for (let at = 0; at < out.length - 3; at++) {
    const [done, added, next] = out.slice(at, at + 3);
    const isSeam = done?.["type"] === "response.output_item.done" && added?.["type"] === "response.output_item.added";
    if (!isSeam || next === undefined || next["response"] !== undefined || next["type"] === "response.output_item.done") continue;
    out.splice(at, 3, added, next, done);
    at += 2;
  }
  return out;
}

/** Whether an item begins before the one before it is done: then its events must say which they are about. */
function overlaps(events: readonly Event[]): boolean {
  let open = 0;
  return events.some(({ type }) => {
    if (type === "response.output_item.added") open += 1;
    if (type === "response.output_item.done") open -= 1;
    return open > 1;
  });
}

const FAULTS: Readonly<Record<string, (events: readonly Event[]) => readonly Event[]>> = {
  "rotates ids": (events) => events.map(rename),
  "overlaps items": overlap,
  "announces no item": without("response.output_item.added"),
  "announces no part": without("response.content_part.added", "response.reasoning_summary_part.added"),
  "closes no part": without("response.content_part.done", "response.reasoning_summary_part.done", "response.output_text.done"),
  "sends no deltas": (events) => events.filter(({ type }) => !/(?:text|arguments|input)\.delta$/.test(String(type))),
  "ends no item": without("response.output_item.done"),
  "begins without created": without("response.created"),
  "begins without lifecycle events": without("response.created", "response.in_progress"),
  "completes without output": (events) =>
    events.map((event) =>
      event["type"] === "response.completed" ? mapResponse(event, (response) => ({ ...response, output: [] })) : event,
    ),
  "leaves gaps between items": (events) =>
    events.map((event) =>
      typeof event["output_index"] === "number" ? { ...event, output_index: event["output_index"] * 2 + 1 } : event,
    ),
  "names no item": (events) =>
    overlaps(events) ? events : events.map(({ item_id: _id, output_index: _index, ...event }) => event),
  "says what nobody knows": (events) =>
    events.flatMap((event) => [{ type: "keepalive" }, event, { type: "response.future.delta", output_index: 0 }]),
  "sends the final response alone": (events) =>
    events.filter(({ type }) => /^response\.(?:created|completed|incomplete)$/.test(String(type))),
};

describe("a stream that fits", () => {
  it.each(STREAMS.filter(({ name }) => !MENDED.has(name)))("passes as it came: $name", ({ stream }) => {
    expect(dataOf(mend(stream, 64))).toEqual(dataOf(stream));
  });
});

describe("a stream that does not fit", () => {
  it.each(STREAMS.filter(({ name }) => MENDED.has(name)))("means the same, in order: $name", async ({ stream }) => {
    const mended = mend(stream, 7);
    expect(dataOf(mended)).not.toEqual(dataOf(stream));
    expect(meaningOf(mended)).toEqual(meaningOf(stream));
    expect(isSerial(parseEvents(mended.replace("data: [DONE]\n\n", "")))).toBe(true);
    await expect(streamed(mended)).resolves.toBeDefined();
  });

  it.each(Object.entries(FAULTS))("as one that %s", async (_name, fault) => {
    for (const { name, stream } of STREAMS) {
      const broken = sse(fault(eventsOf(stream)));
      const mended = mend(broken);
      expect([name, isSerial(parseEvents(mended))]).toEqual([name, true]);
      const response = await streamed(mended);
      const { blocks } = meaningOf(stream) as { readonly blocks: readonly { readonly kind?: string; readonly text?: string }[] };
      const text = blocks.map((block) => (block.kind === "text" ? block.text : "")).join("");
      const parts = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
      const heard = parts.map((part) => (part.type === "output_text" ? part.text : "")).join("");
      expect([name, heard]).toEqual([name, text]);
      expect([name, sorted(mended)]).toEqual([name, sorted(broken)]);
    }
  });

  it("is a failure where it is another API's", () => {
    const mender = new StreamMender();
    expect(mender.mend(recording("openai-compat/vai-azure-deepseek-reasoning.1").stream ?? "")).toBe("");
    expect(mender.reading.failure?.class).toBe("malformed");
  });

  it("ends in an error and a response that failed where it breaks after it has begun", () => {
    const mender = new StreamMender();
    const created = sse([{ type: "response.created", response: { id: "resp_1", output: [] } }]);
    const broken = parseEvents(mender.mend(created) + mender.mend('event: x\ndata: {"type":\n\n'));
    expect(broken.map(({ type }) => type)).toEqual(["response.created", "error", "response.failed"]);
    expect(broken.map((event) => event.sequence_number)).toEqual([0, 1, 2]);
    expect(mender.mend("data: {}\n\n") + mender.mendEnd()).toBe("");
  });

  it("passes errors on", () => {
    const { stream } = recording("openai-responses/vai-openai-error.1");
    expect(dataOf(mend(stream ?? ""))).toEqual(dataOf(stream ?? ""));
  });
});

describe("a whole answer", () => {
  it("passes as it came where nothing is missing", () => {
    const answers = recordings("openai-responses", "openai-responses-compat").flatMap(({ response }) =>
      response === null ? [] : [response],
    );
    for (const answer of [...answers, "<html>", "[]", '{"error":{}}']) expect(repairAnswer(answer)).toBe(answer);
  });

  it("gets what SDKs require of its items", () => {
    const output = [
      { type: "message", content: [{ type: "output_text", text: "a" }] },
      { type: "message", content: "b" },
      { type: "function_call", id: "same", name: "f", arguments: { a: 1 } },
      { type: "reasoning", id: "same" },
    ];
    const mended = JSON.parse(repairAnswer(JSON.stringify({ id: "r", output }))) as { readonly output: readonly Event[] };
    expect(mended.output).toMatchObject([
      { role: "assistant", status: "completed", content: [{ annotations: [] }] },
      { content: [{ type: "output_text", text: "b" }] },
      { id: "same", call_id: "same", arguments: '{"a":1}', status: "completed" },
      { summary: [] },
    ]);
    expect(new Set(mended.output.map(({ id }) => id)).size).toBe(4);
  });
});
