import { FairleadError } from "../../core/errors.ts";
import { type Preferences, readPreferences } from "../../core/routing/preferences.ts";

/** What a caller asks for by header that bears on a decision. */
export interface Wishes {
  /** Deadline of the whole request; Infinity when none was asked. */
  readonly timeoutMs: number;
  readonly preferences: Preferences | null;
}

const MILLISECONDS = /^[1-9]\d{0,8}$/;

/** @throws FairleadError `invalid_header` that the caller would get */
export function readWishes(headers: ReadonlyMap<string, string>): Wishes {
  const timeout = headers.get("x-fairlead-timeout-ms");
  if (timeout !== undefined && !MILLISECONDS.test(timeout)) {
    throw new FairleadError("invalid_header", "'x-fairlead-timeout-ms' must be a whole number of milliseconds above 0.");
  }
  const text = headers.get("x-fairlead-prefer");
  const read = text === undefined ? null : readPreferences(text);
  if (read?.kind === "refused") throw new FairleadError("invalid_header", read.message);
  return {
    timeoutMs: timeout === undefined ? Number.POSITIVE_INFINITY : Number(timeout),
    preferences: read?.preferences ?? null,
  };
}
