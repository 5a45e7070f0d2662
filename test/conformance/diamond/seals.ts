import { EventStreamCodec } from "@smithy/eventstream-codec";
import { createParser } from "eventsource-parser";
import { isRecord } from "../../../src/core/json/is-record.ts";
import type { RecordedAnswer } from "../../rigs/replay-upstream/recorded-steps.ts";

/** Opaque state of a provider, as it stands in an answer or in a request to it. */
export interface Sealed {
  readonly seal: string;
  /** The thoughts that a signature vouches for and that must come back with it; null where the seal holds them itself. */
  readonly text: string | null;
}

/** Every seal in a request body or a whole answer of any dialect, in the order they stand there. */
export function sealsIn(value: unknown): readonly Sealed[] {
  if (Array.isArray(value)) return value.flatMap(sealsIn);
  if (!isRecord(value)) return [];
  const own = sealOf(value);
  return own !== null && own.seal !== "" ? [own] : Object.values(value).flatMap(sealsIn);
}

/**
 * Every seal that a recorded answer gave, in the order of its blocks. More than one reading where the provider sealed the
 * same items anew at the end of a stream: a client may echo either.
 */
export function sealsOf({ body, headers }: RecordedAnswer): readonly (readonly Sealed[])[] {
  const type = headers["content-type"] ?? "";
  if (type.includes("json")) return [sealsIn(JSON.parse(body.toString()))];
  const events = type.includes("eventstream") ? readFrames(body) : readEvents(body.toString());
  const last = events.find((event) => isRecord(event) && event["type"] === "response.completed");
  return [sealsIn(fold(events)), ...(last === undefined ? [] : [sealsIn(last)])];
}

function sealOf(value: Readonly<Record<string, unknown>>): Sealed | null {
  const text = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  if (value["type"] === "thinking") return { seal: text("signature"), text: text("thinking") };
  if (value["type"] === "redacted_thinking") return { seal: text("data"), text: null };
  if (value["type"] === "reasoning") return { seal: text("encrypted_content"), text: null };
  if (value["type"] === "reasoning.encrypted") return { seal: text("data"), text: null };
  if (value["type"] === "reasoning.text") return { seal: text("signature"), text: null };
  if ("thoughtSignature" in value) return { seal: text("thoughtSignature"), text: null };
  if ("redactedContent" in value) return { seal: text("redactedContent"), text: null };
  return "signature" in value && "text" in value ? { seal: text("signature"), text: text("text") } : null;
}

function readEvents(text: string): readonly unknown[] {
  const events: unknown[] = [];
  const parser = createParser({ onEvent: ({ data }) => void (data === "[DONE]" || events.push(JSON.parse(data))) });
  parser.feed(text);
  parser.reset({ consume: true });
  return events;
}

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString()),
  (text) => Buffer.from(text),
);

function readFrames(bytes: Buffer): readonly unknown[] {
  const events: unknown[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = start + bytes.readUInt32BE(start);
    events.push(JSON.parse(Buffer.from(codec.decode(bytes.subarray(start, end)).body).toString()));
    start = end;
  }
  return events;
}

/** Blocks made whole from their deltas; an event that is whole already stays as it is. */
function fold(events: readonly unknown[]): readonly unknown[] {
  const blocks = new Map<unknown, Record<string, unknown>>();
  const others: unknown[] = [];
  for (const event of events) {
    if (!isRecord(event)) continue;
    const index = event["index"] ?? event["contentBlockIndex"];
    const part = event["content_block"] ?? deltaOf(event["delta"]);
    // What an item holds when it is added may be incomplete.
    if (event["type"] === "response.output_item.done") others.push(event["item"]);
    else if (index === undefined) others.push(...("type" in event ? [] : [event]));
    else if (isRecord(part)) blocks.set(index, append(blocks.get(index) ?? {}, part));
  }
  return [...blocks.values(), ...others];
}

/** Anthropic's deltas stand in the block's own fields, Bedrock's one level deeper. */
function deltaOf(delta: unknown): unknown {
  if (!isRecord(delta)) return null;
  const { type: _, ...fields } = delta;
  return fields["reasoningContent"] ?? fields;
}

function append(block: Record<string, unknown>, part: Readonly<Record<string, unknown>>): Record<string, unknown> {
  for (const [key, value] of Object.entries(part)) {
    const before = block[key];
    block[key] = typeof before === "string" && typeof value === "string" ? before + value : value;
  }
  return block;
}

/** The texts of the tool results in a recorded request, in the order they stand there. */
export function resultsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(resultsIn);
  if (!isRecord(value)) return [];
  const result = resultOf(value);
  if (result !== undefined) return [typeof result === "string" ? result : JSON.stringify(result)];
  return Object.values(value).flatMap(resultsIn);
}

function resultOf(value: Readonly<Record<string, unknown>>): unknown {
  if (value["type"] === "tool_result" || value["role"] === "tool") return value["content"] ?? "";
  if (value["type"] === "function_call_output") return value["output"] ?? "";
  if (isRecord(value["functionResponse"])) return value["functionResponse"]["response"] ?? "";
  return isRecord(value["toolResult"]) ? (value["toolResult"]["content"] ?? "") : undefined;
}
