import type { Caller } from "../caller.ts";
import type { Operation } from "../policy/compiled.ts";

/** What rules may ask of a request. Members may be computed when they are first read: most rules look at few of them. */
export interface RouteFacts {
  readonly caller: Caller;
  /** The virtual model asked for. */
  readonly model: string;
  readonly operation: Operation;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly stream: boolean;
  /** Input tokens, estimated from the request's size. */
  readonly tokens: number;
  readonly features: RequestFeatures;
  /** The beginning of the conversation. */
  readonly prefix: string;
  /** Where the request is served; null where that is not known. */
  readonly place: { readonly region: string | null; readonly zone: string | null };
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a request holds; nothing for what is no chat. */
export interface RequestFeatures {
  readonly messages: number;
  /** Output tokens asked for at most; 0 when nothing was said. */
  readonly maxTokens: number;
  readonly tools: boolean;
  readonly images: boolean;
  readonly audio: boolean;
  readonly jsonSchema: boolean;
  readonly reasoning: boolean;
}
