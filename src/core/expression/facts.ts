/**
 * What an expression may read: plain data, of which only what the expression names is touched, so a member may be a
 * getter that does work. A caller's text is a value here and never becomes code.
 */
export interface ExpressionFacts {
  readonly request: RequestFacts;
  readonly caller: CallerFacts;
  /** When the request came; a CEL timestamp. */
  readonly now: Date;
}

export interface RequestFacts {
  /** As the caller named it. */
  readonly model: string;
  readonly operation: string;
  readonly path: string;
  readonly stream: boolean;
  /** Input tokens, estimated. */
  readonly tokens: number;
  /** How many messages the request holds. */
  readonly messages: number;
  /** Most output tokens the caller asks for. */
  readonly maxTokens: number;
  readonly tools: boolean;
  readonly images: boolean;
  readonly audio: boolean;
  readonly jsonSchema: boolean;
  readonly reasoning: boolean;
  /** Names in lower case. Its `constructor` is `Map`, by which the evaluator tells a map. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface CallerFacts {
  readonly tenant: string;
  readonly consumer: string;
  /** Public id of the key, never the key. */
  readonly key: string;
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** CEL types a fact may have. */
export type FactType = "string" | "bool" | "int" | "list<string>" | "map<string, string>";

/** Fields of `request` and their CEL types. */
export const REQUEST_FIELDS = {
  model: "string",
  operation: "string",
  path: "string",
  stream: "bool",
  tokens: "int",
  messages: "int",
  maxTokens: "int",
  tools: "bool",
  images: "bool",
  audio: "bool",
  jsonSchema: "bool",
  reasoning: "bool",
  headers: "map<string, string>",
} as const satisfies Readonly<Record<keyof RequestFacts, FactType>>;

/** Fields of `caller` and their CEL types. */
export const CALLER_FIELDS = {
  tenant: "string",
  consumer: "string",
  key: "string",
  roles: "list<string>",
  tags: "map<string, string>",
} as const satisfies Readonly<Record<keyof CallerFacts, FactType>>;

/** Most entries of a collection among the facts; where there are more, what reads it fails. */
export const MOST_ENTRIES = { headers: 100, tags: 16, roles: 64 } as const;
