import { abuseAttacks } from "./attacks/abuse.ts";
import { accessAttacks } from "./attacks/access.ts";
import type { AttackCase } from "./attacks/attack-case.ts";
import { bodyAttacks } from "./attacks/body.ts";
import { credentialAttacks } from "./attacks/credentials.ts";
import { tokenAttacks } from "./attacks/tokens.ts";
import { transactionAttacks } from "./attacks/transactions.ts";
import { transportAttacks } from "./attacks/transport.ts";
import { upstreamAttacks } from "./attacks/upstreams.ts";

/** Every row of the attack table that can be run over the wire today. @see test/README.md for the others */
export const attackCases: readonly AttackCase[] = [
  ...transportAttacks,
  ...bodyAttacks,
  ...upstreamAttacks,
  ...credentialAttacks,
  ...abuseAttacks,
  // After those that measure memory: thousands of requests leave garbage that nobody collects in time.
  ...tokenAttacks,
  ...transactionAttacks,
  ...accessAttacks,
];
