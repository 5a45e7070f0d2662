import { describe, expect, it } from "vitest";
import { runKeys } from "../../src/cli/keys.ts";
import { runValidate } from "../../src/cli/validate.ts";
import { parseApiKey } from "../../src/core/api-key.ts";
import { hashApiKey } from "../../src/core/hash-api-key.ts";
import { createWorkplace, type Workplace } from "./temporary-policies.ts";

const PEPPER = { FAIRLEAD_PEPPER_V1: "pepper of the test" };
const CONSUMER = "policies/consumer.yaml";

/** Lines of `after` that `before` does not have, and the other way round. */
function difference(before: string, after: string): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const [old, young] = [before.split("\n"), after.split("\n")];
  return { added: young.filter((line) => !old.includes(line)), removed: old.filter((line) => !young.includes(line)) };
}

async function createdKey(workplace: Workplace, ...args: readonly string[]): Promise<string> {
  const code = await runKeys(["create", "--consumer", "example", ...args], workplace.io);
  expect(code, workplace.err.join("\n")).toBe(0);
  return workplace.out.at(-1) ?? "";
}

describe("keys create", () => {
  it("prints a key once and keeps only its hash, with every comment in place", async () => {
    const workplace = await createWorkplace(PEPPER);
    const before = await workplace.read(CONSUMER);
    const key = await createdKey(workplace, "--name", "ci", "--expires", "90d");
    const after = await workplace.read(CONSUMER);
    const id = parseApiKey(key)?.id ?? "no key";
    expect(workplace.out).toEqual([key]);
    expect(difference(before, after)).toEqual({
      added: [
        "  keys:",
        "    - name: ci",
        `      id: ${id}`,
        `      hash: v1:${await hashApiKey(key, PEPPER.FAIRLEAD_PEPPER_V1)}`,
        expect.stringMatching(/^ {6}expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      ],
      removed: ["  keys: []"],
    });
    const [expires = ""] = /\d{4}-\d\d-\d\dT[\d:]+Z/.exec(after) ?? [];
    expect(Math.abs(Date.parse(expires) - Date.now() - 90 * 86_400_000)).toBeLessThan(60_000);
    expect(await runValidate([], workplace.io)).toBe(0);
  });

  it("finds the pepper in .dev.vars and says what to do without one", async () => {
    const workplace = await createWorkplace();
    expect(await runKeys(["create", "--consumer", "example"], workplace.io)).toBe(1);
    expect(workplace.err.at(-1)).toContain("FAIRLEAD_PEPPER_V1 is not set");
    await workplace.write(".dev.vars", 'FAIRLEAD_PEPPER_V1="pepper of the test"\n');
    const key = await createdKey(workplace);
    expect(await workplace.read(CONSUMER)).toContain(await hashApiKey(key, PEPPER.FAIRLEAD_PEPPER_V1));
  });

  it("names keys by number, refuses a taken name, and gives a year unless told otherwise", async () => {
    const workplace = await createWorkplace(PEPPER);
    await createdKey(workplace);
    await createdKey(workplace, "--expires", "never", "--environment", "test");
    const text = await workplace.read(CONSUMER);
    expect(text).toContain("name: key-1");
    expect(text).toContain("name: key-2");
    expect(text.match(/expires:/g)).toHaveLength(1);
    expect(workplace.out.at(-1)).toMatch(/^fl_test_/);
    expect(await runKeys(["create", "--consumer", "example", "--name", "key-1"], workplace.io)).toBe(1);
    expect(await runKeys(["create", "--consumer", "example", "--name", "Not a name"], workplace.io)).toBe(1);
  });

  it("edits one document of a file and leaves the others byte for byte", async () => {
    const workplace = await createWorkplace(PEPPER);
    const other = "# first  # kept\nkind:   Odd   # spacing\n--- # a comment on the marker line\n";
    const mine =
      "\n# about mine\napiVersion: fairlead.dev/v1alpha1\nkind: Consumer\nmetadata: { name: mine, namespace: team } # who\nspec:\n  # about tags\n  tags: { a: b }\n";
    const last = "---\nkind:   Also   # odd\n";
    await workplace.write("policies/mixed.yaml", other + mine + last);
    expect(await runKeys(["create", "--consumer", "mine", "--namespace", "team"], workplace.io)).toBe(0);
    const text = await workplace.read("policies/mixed.yaml");
    expect(text.startsWith("# first  # kept\nkind:   Odd   # spacing\n---")).toBe(true);
    expect(text.endsWith(last)).toBe(true);
    expect(difference(other + mine + last, text).removed).toEqual([]);
    expect(text).toContain("# about mine\napiVersion");
  });

  it("suggests the consumer that was meant", async () => {
    const { io, err } = await createWorkplace(PEPPER);
    expect(await runKeys(["create", "--consumer", "exmaple"], io)).toBe(1);
    expect(await runKeys(["create", "--consumer", "billing"], io)).toBe(1);
    expect(err).toEqual([expect.stringContaining('Did you mean "example"?'), expect.stringContaining("There are: example.")]);
  });
});

describe("keys list and revoke", () => {
  it("show what was made and switch one key off", async () => {
    const workplace = await createWorkplace(PEPPER);
    const id = parseApiKey(await createdKey(workplace, "--name", "ci"))?.id ?? "";
    await createdKey(workplace, "--name", "other");
    expect(await runKeys(["list"], workplace.io)).toBe(0);
    expect(workplace.out.at(-2)).toMatch(new RegExp(`^${id} {2}default/example {2}ci {2}active {2}\\d{4}-`));
    const before = await workplace.read(CONSUMER);
    expect(await runKeys(["revoke", id], workplace.io)).toBe(0);
    expect(difference(before, await workplace.read(CONSUMER))).toEqual({ added: ["      revoked: true"], removed: [] });
    await runKeys(["list"], workplace.io);
    expect(workplace.out.at(-2)).toContain("ci  revoked");
    expect(workplace.out.at(-1)).toContain("other  active");
    expect(await runValidate([], workplace.io)).toBe(0);
  });

  it("rotate adds a successor and lets the old key expire after the overlap, never later than before", async () => {
    const workplace = await createWorkplace(PEPPER);
    const id = parseApiKey(await createdKey(workplace, "--name", "ci", "--expires", "90d"))?.id ?? "";
    const before = await workplace.read(CONSUMER);
    expect(await runKeys(["rotate", id, "--overlap", "2h"], workplace.io)).toBe(0);
    const successor = workplace.out.at(-1) ?? "";
    const [ends = ""] = /\d{4}-\d\d-\S+Z/.exec(workplace.err.at(-1) ?? "") ?? [];
    expect(Math.abs(Date.parse(ends) - Date.now() - 2 * 3_600_000)).toBeLessThan(60_000);
    const { added, removed } = difference(before, await workplace.read(CONSUMER));
    expect([added[0], removed]).toEqual([`      expires: ${ends}`, [expect.stringContaining("expires: ")]]);
    expect(added).toContain(`      hash: v1:${await hashApiKey(successor, PEPPER.FAIRLEAD_PEPPER_V1)}`);
    expect(await runKeys(["rotate", id, "--overlap", "24h"], workplace.io)).toBe(0);
    expect(workplace.err.at(-1)).toContain(`valid until ${ends}`);
    expect(await runValidate([], workplace.io)).toBe(0);
    await runKeys(["revoke", id], workplace.io);
    expect(await runKeys(["rotate", id], workplace.io)).toBe(1);
    expect(workplace.err.at(-1)).toContain("was revoked: create a new one");
  });

  it("tell expired keys and keys to come from active ones", async () => {
    const workplace = await createWorkplace();
    const keys = "[{ name: k, id: a, expires: 2020-01-01T00:00:00Z }, { name: k, id: b, notBefore: 2200-01-01T00:00:00Z }]";
    await workplace.write(CONSUMER, `kind: Consumer\nmetadata: { name: app }\nspec: { keys: ${keys} }\n`);
    await runKeys(["list"], workplace.io);
    expect(workplace.out).toEqual([
      "a  default/app  k  expired  2020-01-01T00:00:00Z",
      "b  default/app  k  not yet valid  never",
    ]);
  });

  it("refuse ids nobody has and command lines nobody understands", async () => {
    const { io, err } = await createWorkplace(PEPPER);
    expect(await runKeys(["revoke", "AAAAAAAAAAAA"], io)).toBe(1);
    const wrong = [
      [],
      ["rotate"],
      ["rotate", "AAAAAAAAAAAA", "--overlap", "soon"],
      ["rotate", "AAAAAAAAAAAA", "--overlap", "169h"],
      ["revoke"],
      ["list", "x"],
      ["create"],
      ["create", "--consumer", "example", "--expires", "yesterday"],
      ["create", "--consumer", "example", "--expires", "2020-01-01T00:00:00Z"],
      ["create", "--consumer", "example", "--environment", "prod"],
    ];
    for (const args of wrong) expect(await runKeys(args, io), args.join(" ")).toBe(2);
    expect(err.slice(1).every((line) => line.includes("Usage:"))).toBe(true);
    expect(await runKeys(["list", "--dir", "nowhere"], io)).toBe(1);
  });
});
