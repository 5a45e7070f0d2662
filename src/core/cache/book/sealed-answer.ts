import { parseRecord } from "../../json/parse-record.ts";
import { decodeAnswer } from "../decode-answer.ts";
import type { StoredAnswer } from "../stored-answer.ts";
import type { Sealed } from "./answer-tables.ts";
import type { Seal } from "./seal.ts";

/** What an entry is proposed by: read without the rest. */
export interface Head {
  /** The question that it answers; null where it is found by its exact name alone. */
  readonly question: string | null;
  /** The answer's own words. */
  readonly text: string;
}

/** Each part under its own name: what is moved to another entry does not open. */
export async function sealAnswer(
  seal: Seal,
  entry: number,
  given: { question: string | null; answer: StoredAnswer },
): Promise<Sealed> {
  const { answer, question } = given;
  const { text, ...rest } = answer;
  const [head, body] = await Promise.all([
    seal.sealText(JSON.stringify({ question, text } satisfies Head), `${entry} head`),
    seal.sealText(JSON.stringify(rest), `${entry} body`),
  ]);
  return { head, body };
}

/** Null where it cannot be read. */
export async function openHead(seal: Seal, entry: number, { head }: Sealed): Promise<Head | null> {
  const value = parseRecord((await seal.openText(head, `${entry} head`)) ?? "");
  if (value === null || typeof value["text"] !== "string") return null;
  const question = value["question"];
  return { question: typeof question === "string" ? question : null, text: value["text"] };
}

/** Null where it cannot be read. */
export async function openAnswer(seal: Seal, entry: number, sealed: Sealed): Promise<StoredAnswer | null> {
  const [head, body] = await Promise.all([openHead(seal, entry, sealed), seal.openText(sealed.body, `${entry} body`)]);
  return head === null ? null : decodeAnswer({ ...parseRecord(body ?? ""), text: head.text });
}
