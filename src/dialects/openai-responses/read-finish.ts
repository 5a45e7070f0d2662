import { isRecord } from "../../core/json/is-record.ts";
import type { Failure } from "../../core/failure.ts";
import type { Finish, FinishReason } from "../canonical/chat-event.ts";
import { failureOfError } from "../canonical/openai-answer-error.ts";

type Response = Readonly<Record<string, unknown>>;

const REASON_OF_INCOMPLETE: ReadonlyMap<unknown, FinishReason> = new Map([
  ["max_output_tokens", "length"],
  ["max_tokens", "length"],
  ["content_filter", "content_filter"],
]);

/** How a response ended; calls in it are for whoever puts the answer together to see. */
export function readFinish(response: Response): Finish {
  const { incomplete_details: details, status } = response;
  if (status === "completed") return { reason: "stop", raw: status, stopSequence: null };
  const why = isRecord(details) && typeof details["reason"] === "string" ? details["reason"] : null;
  if (status === "incomplete")
    return { reason: REASON_OF_INCOMPLETE.get(why) ?? "other", raw: why ?? status, stopSequence: null };
  return { reason: "other", raw: typeof status === "string" ? status : null, stopSequence: null };
}

/** The failure that a response reports in place of an answer; null where it reports none. */
export function readFailure(response: Response): Failure | null {
  const { error, status } = response;
  const isFailed = status === "failed" || (error !== undefined && error !== null);
  return isFailed ? failureOfError({ error: error ?? {} }) : null;
}
