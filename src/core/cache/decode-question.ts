import { isRecord } from "../json/is-record.ts";
import { amount, list, nullable, object, type Reader, tagged, text, whole } from "../json/read-json.ts";
import type { CacheKeys } from "./cache-keys.ts";
import { anyText, milliseconds, readAnswer } from "./decode-answer.ts";
import type { Embedder } from "./embedder.ts";
import {
  type Found,
  type Judged,
  type Keeping,
  type Led,
  MOST_SHARDS,
  MOST_TAGS,
  type NotFound,
  type Question,
} from "./question.ts";
import type { SemanticSettings } from "./semantic/settings.ts";

const MOST_DIMENSIONS = 1_536;
const LONGEST_NAME = 200;

const name = text(LONGEST_NAME);
const receipt = text(2_048);
const share: Reader<number> = (value) => amount(1)(value);
const per: Reader<SemanticSettings["per"]> = (value) => (value === "Hit" || value === "Request" ? value : undefined);
const mode: Reader<SemanticSettings["mode"]> = (value) => (value === "Enforce" || value === "Shadow" ? value : undefined);
/** What a region or another label may be: also empty. */
const label: Reader<string> = (value) => (typeof value === "string" && value.length <= LONGEST_NAME ? value : undefined);
const shards: Reader<number> = (value) => (value === 0 ? undefined : amount(MOST_SHARDS)(whole(value)));

const keys = object<CacheKeys>({
  scopeClass: name,
  scope: name,
  exact: name,
  canonical: nullable(name),
  principal: name,
});

const semantic = object<SemanticSettings>({ maxFalseHitRate: share, per, mode, shadowBudget: share });

const headers: Reader<Readonly<Record<string, string>>> = (value) =>
  isRecord(value) && Object.values(value).every((member) => typeof member === "string")
    ? (value as Readonly<Record<string, string>>) // every member was looked at
    : undefined;
const dimensions: Reader<number> = (value) => (value === 0 ? undefined : amount(MOST_DIMENSIONS)(whole(value)));
const http = object<Omit<Extract<Embedder, { kind: "http" }>, "kind">>({
  url: text(2_048),
  headers,
  model: name,
  dimensions,
  prefix: label,
});
const workersAi = object<Omit<Extract<Embedder, { kind: "workers-ai" }>, "kind">>({ model: name, dimensions });

const embedder: Reader<Embedder> = (value) => {
  if (!isRecord(value)) return undefined;
  switch (value["kind"]) {
    case "hash":
      return { kind: "hash" };
    case "http":
      return tagged("http", http(value));
    case "workers-ai":
      return tagged("workers-ai", workersAi(value));
    default:
      return undefined;
  }
};

const readQuestion: Reader<Question> = object<Question>({
  tenant: name,
  region: label,
  shards,
  contentsKey: name,
  keys,
  text: nullable(anyText),
  embedder,
  semantic: nullable(semantic),
  tags: list(name, MOST_TAGS),
  staleMs: milliseconds,
});

const readKeeping: Reader<Keeping> = object<Keeping>({
  ticket: nullable(name),
  answer: readAnswer,
  ttlMs: milliseconds,
  staleMs: milliseconds,
});

interface Plain {
  readonly question: Question;
  readonly now: number;
}
interface Waiting extends Plain {
  readonly waitMs: number;
}
interface Keep extends Plain {
  readonly kept: Keeping;
}
interface Release {
  readonly question: Question;
  readonly ticket: string;
}
interface Judge extends Plain {
  readonly judged: Judged;
}

/** What a question is asked for. */
export type AnswerCall =
  | ({ readonly kind: "lookUp" | "explain" } & Plain)
  | ({ readonly kind: "lead" | "follow" } & Waiting)
  | ({ readonly kind: "keep" } & Keep)
  | ({ readonly kind: "release" } & Release)
  | ({ readonly kind: "judge" } & Judge);

const asked = { question: readQuestion, now: milliseconds };
const plain = object<Plain>(asked);
const waiting = object<Waiting>({ ...asked, waitMs: milliseconds });
const keep = object<Keep>({ ...asked, kept: readKeeping });
const release = object<Release>({ question: readQuestion, ticket: name });
const judge = object<Judge>({ ...asked, judged: object<Judged>({ id: receipt, answer: readAnswer }) });

const CALLS: { readonly [Kind in AnswerCall["kind"]]: Reader<AnswerCall> } = {
  lookUp: (value) => tagged("lookUp", plain(value)),
  explain: (value) => tagged("explain", plain(value)),
  lead: (value) => tagged("lead", waiting(value)),
  follow: (value) => tagged("follow", waiting(value)),
  keep: (value) => tagged("keep", keep(value)),
  release: (value) => tagged("release", release(value)),
  judge: (value) => tagged("judge", judge(value)),
};

/** A call as it was sent; null for anything else. */
export function decodeAnswerCall(value: unknown): AnswerCall | null {
  const kind = isRecord(value) ? value["kind"] : null;
  const read = Object.entries(CALLS).find(([known]) => known === kind)?.[1];
  return read?.(value) ?? null;
}

/** What was found, as our own object answered: it has read each answer when it opened it. Null for anything else. */
export function decodeFound(value: unknown): Found | NotFound | Led | null {
  const kind = isRecord(value) ? value["kind"] : null;
  return kind === "hit" || kind === "miss" || kind === "led" ? (value as Found | NotFound | Led) : null;
}
