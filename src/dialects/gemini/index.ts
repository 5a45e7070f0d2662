import type { Dialect } from "../dialect.ts";
import { backend } from "./backend.ts";
import { surface } from "./surface.ts";

/** The Gemini API: `generateContent`, `streamGenerateContent`, `countTokens` and embeddings. @see https://ai.google.dev/api */
export const gemini: Dialect = { name: "gemini", surface, backend };
