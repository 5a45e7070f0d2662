import type { Usage } from "../../../../src/core/usage.ts";
import type { JudgedSurface } from "../../judges/index.ts";

export type SurfaceName = JudgedSurface;

/** A function tool, in no wire format. */
export interface AskedTool {
  readonly name: string;
  readonly description?: string;
  readonly schema: unknown;
}

/** A result of a call, for the next request. */
export interface AskedResult {
  readonly id: string;
  readonly name: string;
  readonly output: string;
}

/** What a caller asks, in no wire format. */
export interface Ask {
  readonly model: string;
  readonly stream?: boolean;
  readonly prompt: string;
  readonly system?: string;
  readonly tools?: readonly AskedTool[];
  /** A JSON schema that the answer must match. */
  readonly schema?: unknown;
  /** What was said so far, each answer as the caller got it. */
  readonly history?: readonly PastTurn[];
  /** Further fields of the body, as the surface has them. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The caller's own part and what came back, to be sent again. */
export interface PastTurn {
  readonly prompt: string;
  /** The answer in the surface's own form, made whole if it was a stream. */
  readonly answer: unknown;
  /** What the tools gave, asked for after that. */
  readonly results: readonly AskedResult[];
}

export interface HeardCall {
  readonly id: string;
  readonly name: string;
  /** JSON text or, of a free-form tool, its text. */
  readonly arguments: string;
}

/** An answer in no wire format. */
export interface HeardAnswer {
  readonly text: string;
  readonly thoughts: string;
  readonly calls: readonly HeardCall[];
  /** The surface's own word. */
  readonly finish: string;
  /** In the router's convention; null where the surface was not told. */
  readonly usage: Usage | null;
}

/** What an error says, in no wire format. */
export interface HeardError {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly param: string | null;
}

/** A wire format, from the caller's side, written without any code of the router's. */
export interface Caller {
  readonly name: SurfaceName;
  path(model: string, stream: boolean): string;
  body(ask: Ask): Readonly<Record<string, unknown>>;
  /** A stream as the whole answer it stands for. */
  fold(stream: string): unknown;
  /** A whole answer. */
  read(answer: unknown): HeardAnswer;
  readError(body: unknown): HeardError;
  /** Which of a stream's events are errors, by number from 0, and whether it says that it succeeded. */
  ending(stream: string): { readonly errors: readonly number[]; readonly events: number; readonly succeeds: boolean };
  /** How the surface says a tool answer, a plain and a cut one. */
  readonly finishes: { readonly stop: string; readonly length: string; readonly tool: string };
}
