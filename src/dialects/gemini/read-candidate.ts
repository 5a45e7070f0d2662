import { isRecord } from "../../core/json/is-record.ts";
import type { Annotation } from "../canonical/block.ts";
import type { Finish } from "../canonical/chat-event.ts";
import { readBlock, readFinish } from "./finish.ts";
import { type Body, listOf, textOf } from "./member.ts";

/** The first candidate of an answer or of a chunk of one. */
export interface Candidate {
  readonly parts: readonly Body[];
  /** Its end, or the refusal of the prompt where there is no candidate. */
  readonly finish: Finish | null;
  readonly annotations: readonly Annotation[];
}

/** What an answer says of its first candidate. The content may be missing, and so may the candidate. */
export function readCandidate(answer: Body): Candidate {
  const candidates = listOf(answer["candidates"]).filter(isRecord);
  const candidate = candidates.find(({ index }) => (index ?? 0) === 0);
  if (candidate === undefined) {
    const feedback = answer["promptFeedback"];
    const isBlocked = candidates.length === 0 && isRecord(feedback);
    return { parts: [], finish: isBlocked ? readBlock(feedback) : null, annotations: [] };
  }
  const { content } = candidate;
  return {
    parts: isRecord(content) ? listOf(content["parts"]).filter(isRecord) : [],
    finish: readFinish(candidate["finishReason"]),
    annotations: readAnnotations(candidate["groundingMetadata"]),
  };
}

/** Pages of the web that an answer stands on. */
function readAnnotations(grounding: unknown): readonly Annotation[] {
  if (!isRecord(grounding)) return [];
  return listOf(grounding["groundingChunks"]).flatMap((chunk): readonly Annotation[] => {
    const web = isRecord(chunk) ? chunk["web"] : null;
    const url = isRecord(web) ? textOf(web["uri"]) : null;
    if (url === null || !isRecord(web)) return [];
    return [{ url, title: textOf(web["title"]), startIndex: null, endIndex: null, citedText: null }];
  });
}
