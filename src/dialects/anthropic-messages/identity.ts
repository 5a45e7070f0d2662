import type { NameRule } from "../canonical/names.ts";

/** The dialect's name, as `Extra.dialect` and `OpaqueBlock.dialect` hold it. */
export const DIALECT = "anthropic-messages";

/** Whose seals a native signature is taken for. */
export const FAMILY = "anthropic";

/** Ids of tool calls: letters, digits, `_` and `-`; no length is documented, so only the absurd is shortened. */
export const CALL_ID: NameRule = { pattern: /^[A-Za-z0-9_-]{1,256}$/, illegal: /[^A-Za-z0-9_-]/g, length: 256 };

/** The header that names the version of the API. */
export const VERSION_HEADER = "anthropic-version";

/** The header that turns beta features on. `Extra.fields` holds it under this name: no field of a body is called so. */
export const BETA_HEADER = "anthropic-beta";

/** The API version a caller is taken to mean that names none: the API itself refuses to guess. */
export const FIRST_VERSION = "2023-06-01";
/** Those that SDKs name: answers of one are read by who asks for the other. */
export const VERSIONS: readonly string[] = [FIRST_VERSION, "2026-10-21"];
