/**
 * Opaque state of a provider: a thinking signature, an encrypted reasoning item, a thought signature. It is replayed, byte
 * for byte, to the family that made it and to no other; it is never shown as text.
 */
export interface Seal {
  /** Backends that can read it: `anthropic`, `openai`, `gemini`, `bedrock-anthropic`, … */
  readonly family: string;
  readonly form: "signature" | "encrypted" | "redacted" | "thought_signature" | "details";
  readonly data: string;
  /** The id of the item it belongs to, where the family needs it back. */
  readonly id: string | null;
}

/** A prompt-cache mark on a block: everything up to it may be cached. `ttl` as the caller wrote it (`5m`, `1h`). */
export interface CacheMark {
  readonly ttl: string | null;
}

/** Unknown fields of a part, as they came; they reach only a backend of the same dialect. */
export interface Extra {
  readonly dialect: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface BlockCommon {
  readonly cache?: CacheMark;
  readonly extra?: Extra;
}

/** A source an answer cites. Offsets count characters of the block's text. */
export interface Annotation {
  readonly url: string;
  readonly title: string | null;
  readonly startIndex: number | null;
  readonly endIndex: number | null;
  readonly citedText: string | null;
}

export interface TextBlock extends BlockCommon {
  readonly kind: "text";
  readonly text: string;
  readonly annotations?: readonly Annotation[];
}

export interface RefusalBlock extends BlockCommon {
  readonly kind: "refusal";
  readonly text: string;
}

/** Thinking. `text` may be empty when only the seal is given (redacted, omitted). */
export interface ReasoningBlock extends BlockCommon {
  readonly kind: "reasoning";
  readonly text: string;
  /** A summary written by the provider, not the thoughts themselves. */
  readonly isSummary: boolean;
  readonly seal: Seal | null;
}

export type MediaSource =
  /** Base64 without a `data:` prefix. */
  | { readonly kind: "base64"; readonly data: string }
  | { readonly kind: "url"; readonly url: string }
  /** A file the family holds: usable there alone. */
  | { readonly kind: "file_id"; readonly id: string; readonly family: string }
  /** A plain-text document. */
  | { readonly kind: "text"; readonly text: string };

export interface MediaBlock extends BlockCommon {
  readonly kind: "media";
  readonly media: "image" | "audio" | "video" | "file";
  /** `image/png`; null when the caller did not say (a URL). */
  readonly mimeType: string | null;
  readonly source: MediaSource;
  readonly name: string | null;
  /** OpenAI's `detail` of an image. */
  readonly detail: string | null;
  /** What was said about audio output: OpenAI's transcript. */
  readonly transcript?: string;
}

/** A call of the caller's own tool. `arguments` is JSON text for a function, free text for a custom tool; never parsed here. */
export interface ToolCallBlock extends BlockCommon {
  readonly kind: "tool_call";
  readonly id: string;
  readonly name: string;
  readonly form: "function" | "custom";
  readonly arguments: string;
  readonly namespace: string | null;
  readonly seal: Seal | null;
}

export interface ToolResultBlock extends BlockCommon {
  readonly kind: "tool_result";
  readonly callId: string;
  /** The tool's name, where the wire has it; `nameResults` fills it from the call. */
  readonly name: string | null;
  readonly isError: boolean;
  readonly content: readonly (TextBlock | MediaBlock)[];
}

/** What only its own dialect understands: a provider-executed tool's call or result, a citation block, a compaction. */
export interface OpaqueBlock extends BlockCommon {
  readonly kind: "opaque";
  readonly dialect: string;
  /** Its type on the wire, for messages: `web_search_call`, `server_tool_use`. */
  readonly type: string;
  readonly raw: unknown;
}

export type Block = TextBlock | RefusalBlock | ReasoningBlock | MediaBlock | ToolCallBlock | ToolResultBlock | OpaqueBlock;
