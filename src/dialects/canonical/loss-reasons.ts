import type { MediaBlock } from "./block.ts";

/** Why thoughts of a history are missing upstream. */
export const FOREIGN_THOUGHTS = "thoughts that this model family did not seal are not sent back";

/** Why a past call stands upstream without its arguments. */
export const NO_OBJECT_ARGUMENTS = "the arguments of a past call are no JSON object and were left out";

/** Why a document stands upstream without what its caller said of it. */
export const DOCUMENT_NOTES = "citations, title and context of a document are left out";

const NOTES = ["citations", "context", "title"] as const;

/**
 * Whether a document says what only a Messages backend can be told.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/citations
 */
export function hasDocumentNotes({ extra, media }: MediaBlock): boolean {
  if (media !== "file" || extra?.dialect !== "anthropic-messages") return false;
  return NOTES.some((name) => (extra.fields[name] ?? null) !== null);
}
