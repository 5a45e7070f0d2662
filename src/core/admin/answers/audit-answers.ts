import { AUDIT_OUTCOMES } from "../../audit/audit-entry.ts";
import { DIGEST, EPOCH_MS, json, listOf, oneOf, orNull, shape, TEXT, WHOLE } from "./answer-schema.ts";

const ENTRY = shape({
  seq: WHOLE,
  at: EPOCH_MS,
  requestId: TEXT,
  actor: TEXT,
  keyId: TEXT,
  action: TEXT,
  resource: TEXT,
  outcome: oneOf(AUDIT_OUTCOMES),
  code: orNull(TEXT),
  input: orNull(TEXT),
  before: orNull(DIGEST),
  after: orNull(DIGEST),
  prevHash: DIGEST,
  hash: DIGEST,
});

export const AUDIT_ANSWERS = {
  listAudit: json(
    "A page of entries; `next` is the next page's `after`.",
    shape({ entries: listOf(ENTRY), next: orNull(WHOLE) }),
  ),
  verifyAudit: json("Whether the chain is whole, or where it breaks first.", {
    oneOf: [
      shape({ kind: oneOf(["intact"]), entries: WHOLE, head: shape({ seq: WHOLE, hash: DIGEST }) }),
      shape({ kind: oneOf(["broken"]), seq: WHOLE, why: TEXT }),
    ],
  }),
};
