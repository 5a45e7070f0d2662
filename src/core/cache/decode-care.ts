import { isRecord } from "../json/is-record.ts";
import { flag, nullable, object, type Reader, tagged, text } from "../json/read-json.ts";
import { type Feedback, type PurgeScope, VERDICTS } from "./answer-care.ts";
import { milliseconds } from "./decode-answer.ts";

const name = text(512);

const purgeScope: Reader<PurgeScope> = (value) => {
  if (!isRecord(value)) return undefined;
  switch (value["kind"]) {
    case "all":
      return { kind: "all" };
    case "tag":
      return tagged("tag", object<{ readonly tag: string }>({ tag: name })(value));
    case "class":
      return tagged("class", object<{ readonly scopeClass: string }>({ scopeClass: name })(value));
    default:
      return undefined;
  }
};

const feedback = object<Feedback>({
  contentsKey: name,
  id: text(2_048),
  principal: name,
  verdict: (value) => VERDICTS.find((verdict) => verdict === value),
  now: milliseconds,
});

interface Purge {
  readonly scope: PurgeScope;
  readonly isDryRun: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface Erasure {
  readonly principal: string;
  /** Null: only counts. */
  readonly contentsKey: string | null;
}

/** What is done to a book beside answering. */
export type CareCall =
  | { readonly kind: "stats" }
  | ({ readonly kind: "purge" } & Purge)
  | ({ readonly kind: "erase" } & Erasure)
  | ({ readonly kind: "feedback" } & Feedback);

const purge = object<Purge>({ scope: purgeScope, isDryRun: flag, now: milliseconds });
const erasure = object<Erasure>({ principal: name, contentsKey: nullable(name) });

/** A call as it was sent; null for anything else. */
export function decodeCareCall(value: unknown): CareCall | null {
  if (!isRecord(value)) return null;
  switch (value["kind"]) {
    case "stats":
      return { kind: "stats" };
    case "purge":
      return tagged("purge", purge(value)) ?? null;
    case "erase":
      return tagged("erase", erasure(value)) ?? null;
    case "feedback":
      return tagged("feedback", feedback(value)) ?? null;
    default:
      return null;
  }
}
