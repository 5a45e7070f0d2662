import { isRecord } from "../../core/json/is-record.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { CacheMark, Extra } from "../canonical/block.ts";
import { DIALECT } from "./identity.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** An object of the caller's. @throws FairleadError `invalid_value` naming `path` */
export function objectAt(value: unknown, path: string): Fields {
  if (!isRecord(value)) refuse("invalid_value", `'${path}' must be an object.`, path);
  return value;
}

/** A string of the caller's. @throws FairleadError `invalid_value` naming `path` */
export function textAt(value: unknown, path: string): string {
  if (typeof value !== "string") refuse("invalid_value", `'${path}' must be a string.`, path);
  return value;
}

/** A string that names something. @throws FairleadError `invalid_value` naming `path` */
export function nameAt(value: unknown, path: string): string {
  const name = textAt(value, path);
  if (name === "") refuse("invalid_value", `'${path}' must not be empty.`, path);
  return name;
}

/** A string, or null where there is none or another value. */
export function optionalText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A cache mark, where one stands. */
export function readCacheMark(value: unknown): CacheMark | null {
  return isRecord(value) ? { ttl: optionalText(value["ttl"]) } : null;
}

/** What no name in `known` covers, for backends of this dialect; absent where that is nothing. `null` says nothing. */
export function readExtra(fields: Fields, known: readonly string[]): { readonly extra?: Extra } {
  const rest = Object.entries(fields).filter(([name, value]) => !known.includes(name) && value !== null && value !== undefined);
  return rest.length === 0 ? {} : { extra: { dialect: DIALECT, fields: Object.fromEntries(rest) } };
}

/** Cache mark and unknown fields of a part. `type` and `cache_control` are always known. */
export function readCommon(fields: Fields, known: readonly string[]): { readonly cache?: CacheMark; readonly extra?: Extra } {
  const cache = readCacheMark(fields["cache_control"]);
  const extra = readExtra(fields, ["type", "cache_control", ...known]);
  return cache === null ? extra : { cache, ...extra };
}

/** The part as it came, its cache mark apart. A backend of this dialect writes a part whose extra names a type so. */
export function verbatim(fields: Fields): { readonly cache?: CacheMark; readonly extra: Extra } {
  const { cache_control: mark, ...rest } = fields;
  const cache = readCacheMark(mark);
  const extra = { dialect: DIALECT, fields: rest };
  return cache === null ? { extra } : { cache, extra };
}
