import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChainCheck, sealEntry } from "../../../src/core/audit/audit-chain.ts";
import { type AuditEntry, auditLine, type AuditHead, type AuditVerdict } from "../../../src/core/audit/audit-entry.ts";
import { decodeAuditEntry, decodeAuditHead, encodeAuditHead } from "../../../src/core/audit/decode-audit.ts";
import { AT, auditChain, auditDraft } from "./audit-fixtures.ts";

async function judge(chain: readonly AuditEntry[], heads: readonly AuditHead[] = []): Promise<AuditVerdict> {
  const check = new ChainCheck(heads);
  await check.follow(chain);
  return check.verdict();
}

const CHAIN = await auditChain(6);
const [FIRST, SECOND, THIRD, ...REST] = CHAIN as readonly [AuditEntry, AuditEntry, AuditEntry, ...AuditEntry[]]; // it has six
const LAST = REST.at(-1) ?? FIRST;

/** The chain from the third entry on, written anew over what it says now. */
async function rewritten(): Promise<readonly AuditEntry[]> {
  const forged: AuditEntry[] = [FIRST, SECOND];
  for (const entry of [THIRD, ...REST])
    forged.push(await sealEntry(auditDraft({ actor: "bob" }), forged.at(-1) ?? FIRST, entry.at));
  return forged;
}

describe("a chain", () => {
  it("is intact as it was written, and so is an empty one", async () => {
    expect(await judge(CHAIN)).toEqual({ kind: "intact", entries: 6, head: { seq: 6, hash: LAST.hash } });
    expect(await judge(CHAIN, [LAST, THIRD])).toMatchObject({ kind: "intact" });
    expect(await judge([])).toEqual({ kind: "intact", entries: 0, head: { seq: 0, hash: "0".repeat(64) } });
  });

  it.each([
    ["deleted", [FIRST, SECOND, ...REST], 3],
    ["deleted at the beginning", [SECOND, THIRD, ...REST], 1],
    ["edited", [FIRST, SECOND, { ...THIRD, actor: "bob" }, ...REST], 3],
    ["edited in its time", [FIRST, SECOND, { ...THIRD, at: THIRD.at + 1 }, ...REST], 3],
    ["swapped with the next", [FIRST, THIRD, SECOND, ...REST], 2],
    ["written twice", [FIRST, SECOND, SECOND, THIRD, ...REST], 3],
    ["given another's hash", [FIRST, { ...SECOND, hash: THIRD.hash }, THIRD, ...REST], 2],
    ["renumbered over a deleted one", [FIRST, { ...THIRD, seq: 2 }, ...REST], 2],
  ])("attack E13: shows which entry was %s", async (_, chain, seq) => {
    expect(await judge(chain)).toMatchObject({ kind: "broken", seq });
  });

  it("attack E13: shows any change of any member of any entry", async () => {
    const members = Object.keys(FIRST) as readonly (keyof AuditEntry)[];
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: CHAIN.length - 1 }),
        fc.constantFrom(...members),
        fc.oneof(fc.string(), fc.nat()),
        async (index, member, value) => {
          fc.pre(CHAIN[index]?.[member] !== value);
          const chain = CHAIN.map((entry, at) => (at === index ? { ...entry, [member]: value } : entry)) as readonly AuditEntry[]; // as it may be forged
          expect(await judge(chain)).toMatchObject({ kind: "broken" });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("attack E13: shows that its end was cut off to whoever has noted a later head, and to nobody else", async () => {
    const cut = CHAIN.slice(0, 4);
    expect(await judge(cut)).toMatchObject({ kind: "intact", entries: 4 });
    expect(await judge(cut, [LAST])).toEqual({ kind: "broken", seq: 5, why: "the chain ends at 4, and entry 6 was seen" });
  });

  it("attack E13: shows that all of it was written anew to whoever has noted a head of it", async () => {
    const forged = await rewritten();
    expect(await judge(forged)).toMatchObject({ kind: "intact", entries: 6 });
    expect(await judge(forged, [THIRD])).toMatchObject({ kind: "broken", seq: 3 });
    expect(await judge(forged, [{ seq: 3, hash: forged[2]?.hash ?? "" }, THIRD])).toMatchObject({ kind: "broken", seq: 3 });
  });
});

describe("an entry", () => {
  it("is read back as it was written, and as nothing where something is beside it", () => {
    expect(decodeAuditEntry(JSON.parse(JSON.stringify(FIRST)))).toEqual(FIRST);
    const broken = [
      null,
      [],
      {},
      { ...FIRST, more: 1 },
      { ...FIRST, actor: 1 },
      { ...FIRST, outcome: "x" },
      { ...FIRST, hash: "" },
    ];
    expect(broken.map(decodeAuditEntry)).toEqual(broken.map(() => null));
  });

  it("has a head that is read back, and no other text is", () => {
    expect(decodeAuditHead(encodeAuditHead(LAST))).toEqual({ seq: 6, hash: LAST.hash });
    expect(["", "6", `6:${LAST.hash}0`, `-1:${LAST.hash}`, `6:${LAST.hash.toUpperCase()}x`].map(decodeAuditHead)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("attack E11: is one line in the log, whatever its texts hold", async () => {
    const actor = "eve\r\n2026-11-22 ADMIN login";
    const line = auditLine(await sealEntry(auditDraft({ actor, resource: '=HYPERLINK("x")\n' }), LAST, AT));
    expect(line).not.toMatch(/[\r\n]/);
    expect(JSON.parse(line)).toMatchObject({ audit: 7, actor });
  });
});
