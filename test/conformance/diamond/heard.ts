/** A tool call as a client got it; `arguments` parsed, or `{__unparsed__: text}`, or `{__custom_input__: text}` of a free-form tool. */
export interface HeardCall {
  readonly name: string;
  readonly arguments: unknown;
}

/** Null: the client was not told. */
export interface HeardUsage {
  readonly input_total: number | null;
  readonly cache_read: number | null;
  readonly output_total: number | null;
  readonly reasoning: number | null;
}

/** What a stock client made of an answer, in the shape of `normalized` in a fixture's `case.json`. */
export interface Heard {
  readonly text: string;
  readonly reasoning: string;
  readonly tool_calls: readonly HeardCall[];
  readonly finish: string | null;
  readonly usage: HeardUsage | null;
  /** What the client raised; the rest is then empty. */
  readonly error: string | null;
}

/** A request to one client; everything but the model is the least that the client sends. */
export interface Ask {
  /** `http://127.0.0.1:PORT`, whatever speaks the client's dialect there under `/v1` or `/v1beta`. */
  readonly origin: string;
  readonly apiKey: string;
  readonly model: string;
  readonly stream: boolean;
  /** Names of the tools to declare. */
  readonly tools: readonly string[];
}

/** The caller's side of a wire format, as policies name it. */
export type SurfaceName = "openai-chat" | "openai-responses" | "openai-completions" | "anthropic-messages" | "gemini";

/** A stock client behind one function. `ask` never rejects. */
export interface Driver {
  readonly name: string;
  readonly surface: SurfaceName;
  ask(ask: Ask): Promise<Heard>;
}

export const PROMPT = "Where is the harbour?";
export const ANY_OBJECT = { type: "object" as const, properties: {}, additionalProperties: true };

const NOTHING: Omit<Heard, "error"> = { text: "", reasoning: "", tool_calls: [], finish: null, usage: null };

/** An answer, or what the client raised instead. */
export async function hear(listen: () => Promise<Omit<Heard, "error">>): Promise<Heard> {
  try {
    return { ...(await listen()), error: null };
  } catch (cause) {
    return { ...NOTHING, error: cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 500) : String(cause) };
  }
}

/** Arguments as a client that gets text would read them; no text at all means no arguments. */
export function parseArguments(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return { __unparsed__: text };
  }
}

/** A count, or null where the client was told none. */
export function countOf(value: number | null | undefined): number | null {
  return value ?? null;
}
