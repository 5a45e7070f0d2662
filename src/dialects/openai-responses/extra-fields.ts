import type { Extra } from "../canonical/block.ts";
import { RESPONSES } from "./dialect-name.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The members of `value` that `known` does not name, for a backend of this dialect; nothing where there are none. */
export function extraOf(value: Fields, known: ReadonlySet<string>, kept: Fields = {}): { readonly extra?: Extra } {
  const fields: Record<string, unknown> = { ...kept };
  for (const name in value) if (!known.has(name) && value[name] !== null) fields[name] = value[name];
  return Object.keys(fields).length === 0 ? {} : { extra: { dialect: RESPONSES, fields } };
}

/** The fields kept by `extraOf`, to be written back. */
export function fieldsOf(extra: Extra | undefined): Fields {
  return extra?.dialect === RESPONSES ? extra.fields : {};
}
