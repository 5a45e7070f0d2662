import { isRecord } from "../json/is-record.ts";
import { whole } from "../json/read-json.ts";
import type { Usage, UsageParts } from "../usage.ts";
import type { LedgerRow } from "./book-store.ts";

/** One attempt of a row's request. */
export interface AttemptFacts {
  readonly target: string;
  readonly outcome: string;
  readonly usage: Usage | null;
  /** Null where nothing was used, or its model has no price. */
  readonly costMicroUsd: number | null;
  /** What the target reported, where it was not believed. */
  readonly claimed: Usage | null;
}

/** What a row says of its request. Rows of earlier versions, and of requests of which nobody told the end, say less. */
export interface RowFacts {
  readonly consumer: string;
  readonly keyId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly operation: string;
  readonly model: string;
  readonly route: string;
  readonly attempts: readonly AttemptFacts[];
  /** How it ended; empty where that is not known. */
  readonly outcome: string;
  readonly cache: string;
  readonly isCopy: boolean;
  /** Of an answer from the cache; null of any other. What has no price counts as nothing. */
  readonly hit: {
    readonly chargedTokens: number;
    readonly chargedMicroUsd: number;
    readonly savedTokens: number;
    readonly savedMicroUsd: number;
    readonly savedMs: number;
  } | null;
  /** What it is charged where nobody tells what it used. */
  readonly floor: { readonly inputTokens: number; readonly costMicroUsd: number | null } | null;
}

/** When the request came in, as its isolate tells, else when the row was written. Epoch milliseconds. */
export function startOf({ at, facts }: Pick<LedgerRow, "at" | "facts">): number {
  return startIn(facts) ?? at;
}

/** The same where the row is not written yet; null where the facts do not tell. */
export function startIn(facts: unknown): number | null {
  return isRecord(facts) ? (whole(facts["at"]) ?? null) : null;
}

/** Reads what is there; what is not is empty. */
export function readRowFacts(value: unknown): RowFacts {
  const facts = isRecord(value) ? value : {};
  const attempts = Array.isArray(facts["attempts"]) ? facts["attempts"] : [];
  return {
    consumer: textOf(facts["consumer"]),
    keyId: textOf(facts["keyId"]),
    tags: readTags(facts["tags"]),
    operation: textOf(facts["operation"]),
    model: textOf(facts["model"]),
    route: textOf(facts["route"]),
    attempts: attempts.filter(isRecord).map(readAttempt),
    outcome: textOf(facts["outcome"]),
    cache: textOf(facts["cache"]),
    isCopy: typeof facts["copyOf"] === "string",
    hit: readHit(facts),
    floor: readFloor(facts["floor"]),
  };
}

function readAttempt(attempt: Readonly<Record<string, unknown>>): AttemptFacts {
  return {
    target: textOf(attempt["target"]),
    outcome: textOf(attempt["outcome"]),
    usage: readUsage(attempt["usage"]),
    costMicroUsd: whole(attempt["costMicroUsd"]) ?? null,
    claimed: readUsage(attempt["claimed"]),
  };
}

const PARTS = [
  "cacheWriteHourTokens",
  "audioInputTokens",
  "imageInputTokens",
  "audioOutputTokens",
  "imageOutputTokens",
] as const satisfies readonly (keyof UsageParts)[];

function readUsage(usage: unknown): Usage | null {
  if (!isRecord(usage)) return null;
  const count = (name: string): number => whole(usage[name]) ?? 0;
  return {
    inputTokens: count("inputTokens"),
    cachedInputTokens: count("cachedInputTokens"),
    cacheWriteTokens: count("cacheWriteTokens"),
    outputTokens: count("outputTokens"),
    reasoningTokens: count("reasoningTokens"),
    ...Object.fromEntries(PARTS.flatMap((name) => (count(name) > 0 ? [[name, count(name)]] : []))),
    estimated: usage["estimated"] === true,
  };
}

function readTags(tags: unknown): Readonly<Record<string, string>> {
  if (!isRecord(tags)) return {};
  return Object.fromEntries(Object.entries(tags).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

function readHit({ costMicroUsd, hit }: Readonly<Record<string, unknown>>): RowFacts["hit"] {
  if (!isRecord(hit)) return null;
  return {
    chargedTokens: whole(hit["chargedTokens"]) ?? 0,
    chargedMicroUsd: whole(costMicroUsd) ?? 0,
    savedTokens: whole(hit["savedTokens"]) ?? 0,
    savedMicroUsd: whole(hit["savedMicroUsd"]) ?? 0,
    savedMs: whole(hit["savedMs"]) ?? 0,
  };
}

function readFloor(floor: unknown): RowFacts["floor"] {
  if (!isRecord(floor)) return null;
  return { inputTokens: whole(floor["inputTokens"]) ?? 0, costMicroUsd: whole(floor["costMicroUsd"]) ?? null };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
