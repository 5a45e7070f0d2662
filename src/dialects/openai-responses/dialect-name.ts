/** Marks what only this dialect understands: opaque blocks, server tools, unknown fields. */
export const RESPONSES = "openai-responses";

/** Whose encrypted reasoning a Responses request or answer holds where nobody says otherwise. */
export const OPENAI_FAMILY = "openai";
