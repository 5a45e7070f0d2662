import type { Usage } from "../../../../src/core/usage.ts";
import type { Told } from "../told.ts";

/** Why an upstream refuses, in the words of its format. */
export type Refusal = "auth" | "rate_limited" | "overloaded" | "context_length" | "invalid_request" | "server_error";

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A provider's wire format, from the provider's side, written without any code of the router's. */
export interface Wire {
  /** Content type of its streams. */
  readonly streamType: string;
  whole(told: Told): unknown;
  /** The same as a stream, one buffer an event. */
  events(told: Told): readonly Buffer[];
  /** What of a usage the format can tell. */
  reports(usage: Usage): Usage;
  refuse(refusal: Refusal): WireReply;
  /** A stream's own word for a failure. */
  readonly errorEvent: Buffer;
  /** An event that is no event. */
  readonly malformedEvent: Buffer;
}

/** JSON text that stands in a value as it is: no digit of a number is lost. */
export class Verbatim {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value as JSON, verbatim texts spliced in. */
export function toJson(value: unknown): string {
  const texts: string[] = [];
  const json = JSON.stringify(value, (_key, item: unknown) =>
    item instanceof Verbatim ? `\u0000${texts.push(item.text) - 1}\u0000` : item,
  );
  return json.replaceAll(/"\\u0000(\d+)\\u0000"/g, (_match, index: string) => texts[Number(index)] ?? "");
}

/** A server-sent event. */
export function sse(data: unknown, name?: string): Buffer {
  const line = typeof data === "string" ? data : toJson(data);
  return Buffer.from(`${name === undefined ? "" : `event: ${name}\n`}data: ${line}\n\n`);
}

/** Times in answers of upstreams are fixed: what is sent twice must be the same. */
export const CREATED = 1_790_000_000;

export const JSON_TYPE = { "content-type": "application/json" };
