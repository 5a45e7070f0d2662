import { fromBase64Url, toBase64Url } from "../../base64-url.ts";
import { parseRecord } from "../../json/parse-record.ts";
import { object, text, whole } from "../../json/read-json.ts";
import type { Seal } from "./seal.ts";

/** That an entry was given to a principal as the answer to a question, by its exact name. */
export interface Receipt {
  readonly entry: number;
  readonly question: string;
  readonly principal: string;
}

const AAD = "receipt";
const LONGEST = 1_024;
const receipt = object<Receipt>({ entry: whole, question: text(200), principal: text(200) });

/** A text that only who has the tenant's key can make or read. */
export async function sealReceipt(seal: Seal, { entry, principal, question }: Receipt): Promise<string> {
  return toBase64Url(await seal.sealText(JSON.stringify({ entry, question, principal }), AAD));
}

/** Null where it was not made so, or was given to another principal. */
export async function openReceipt(seal: Seal, id: string, principal: string): Promise<Receipt | null> {
  const sealed = id.length > LONGEST ? null : fromBase64Url(id);
  const opened = sealed === null ? null : await seal.openText(sealed, AAD);
  const value = opened === null ? undefined : receipt(parseRecord(opened));
  return value?.principal === principal ? value : null;
}
