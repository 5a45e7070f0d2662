import { isRecord } from "../../core/json/is-record.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import { parseBody } from "../canonical/check-fields.ts";
import { exactBody } from "../canonical/exact-body.ts";
import { mapCallId } from "../canonical/names.ts";
import { encodeOpenAiUpstream } from "../canonical/openai-upstream.ts";
import type { DecodedRequest, UpstreamModel } from "../dialect.ts";

/** A result whose call has another id than nine letters and digits: somebody else gave it. */
const OTHER_ID = /"tool_call_id"\s*:\s*"(?![A-Za-z0-9]{9}")/;

/** The caller's own text with the model spliced in; its history's calls under ids that the upstream takes. */
export function encodeUpstream(asked: DecodedRequest, upstream: UpstreamModel): string {
  const isTaken = upstream.quirks.callIds === "any" || !OTHER_ID.test(asked.text);
  return encodeOpenAiUpstream(isTaken ? asked : withShortIds(asked), upstream);
}

function withShortIds(asked: DecodedRequest): DecodedRequest {
  const exact = exactBody(asked);
  const { messages } = exact;
  const mapped = Array.isArray(messages) ? messages.map((message: unknown) => mapMessage(message)) : messages;
  const text = writeJson({ ...exact, messages: mapped });
  const { body, members } = parseBody(text);
  const modelSpan = members.get("model") ?? null;
  return { ...asked, text, body, modelSpan, streamOptionsSpan: members.get("stream_options") ?? null };
}

function mapMessage(message: unknown): unknown {
  if (!isRecord(message)) return message;
  const { tool_call_id: answered, tool_calls: calls } = message;
  return {
    ...message,
    ...(typeof answered === "string" ? { tool_call_id: mapCallId(answered, "alnum9") } : {}),
    ...(Array.isArray(calls) ? { tool_calls: calls.map((call: unknown) => mapCall(call)) } : {}),
  };
}

function mapCall(call: unknown): unknown {
  if (!isRecord(call) || typeof call["id"] !== "string") return call;
  return { ...call, id: mapCallId(call["id"], "alnum9") };
}
