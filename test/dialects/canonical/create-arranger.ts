import { Arranger } from "../../../src/dialects/canonical/arranger.ts";
import { NOTHING_TO_RESTORE } from "../../../src/dialects/canonical/restore.ts";
import type { Restore } from "../../../src/dialects/dialect.ts";

/** An arranger that estimates no usage. */
export function createArranger(restore: Restore = NOTHING_TO_RESTORE): Arranger {
  return new Arranger(restore, () => null);
}
