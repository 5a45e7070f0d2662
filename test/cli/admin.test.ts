import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runAdmin } from "../../src/cli/admin.ts";
import { runValidate } from "../../src/cli/validate.ts";
import { parseApiKey } from "../../src/core/api-key.ts";
import { hashApiKey } from "../../src/core/hash-api-key.ts";
import { compileText, document, expectCompiled } from "../core/policy/compile-files.ts";
import { createWorkplace } from "./temporary-policies.ts";

const PEPPER = { FAIRLEAD_PEPPER_V1: "pepper of the test" };

describe("fairlead admin create-key", () => {
  it("prints an entry that a gateway takes, and a key whose hash is in it", async () => {
    const { err, io, out, read, write } = await createWorkplace(PEPPER);
    const args = ["create-key", "--name", "alice", "--roles", "operator,auditor", "--tenants", "team-a,team-b"];
    expect(await runAdmin(args, io)).toBe(0);
    const [entry = "", key = ""] = out;
    expect(parseApiKey(key)).toMatchObject({ plane: "admin", environment: "live" });
    expect(JSON.parse(entry.slice(2))).toEqual({
      name: "alice",
      id: parseApiKey(key)?.id,
      hash: `v1:${await hashApiKey(key, PEPPER.FAIRLEAD_PEPPER_V1)}`,
      roles: ["operator", "auditor"],
      tenants: ["team-a", "team-b"],
      expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    await write("policies/gateway.yaml", `${await read("policies/gateway.yaml")}\n  admin:\n    keys:\n      ${entry}\n`);
    expect(await runValidate([], io), err.join("\n")).toBe(0);
  });

  it.each([
    { args: [], says: "create-key" },
    { args: ["create-key", "--roles", "owner"], says: "'' is no name" },
    { args: ["create-key", "--name", "alice"], says: "names ''" },
    { args: ["create-key", "--name", "alice", "--roles", "root"], says: "names 'root'" },
    { args: ["create-key", "--name", "alice", "--roles", "owner", "--tenants", "A b"], says: "'A b' is no name" },
    { args: ["create-key", "--name", "alice", "--roles", "owner", "--expires", "2020-01-01T00:00:00Z"], says: "no time to come" },
  ])("refuses $args", async ({ args, says }) => {
    const { err, io, out } = await createWorkplace(PEPPER);
    expect(await runAdmin(args, io)).toBe(2);
    expect([out, err.join("\n")]).toEqual([[], expect.stringContaining(says)]);
  });

  it("makes no key that no router could know", async () => {
    const { err, io, out } = await createWorkplace();
    expect(await runAdmin(["create-key", "--name", "alice", "--roles", "owner"], io)).toBe(1);
    expect([out, err.join("\n")]).toEqual([[], expect.stringContaining("FAIRLEAD_PEPPER_V1 is not set")]);
  });
});

it("the guide to the admin API has a gateway that compiles, with the two administrators it makes", async () => {
  const guide = await readFile(join(import.meta.dirname, "../../docs/admin.md"), "utf8");
  const [, yaml = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(guide) ?? [];
  const served = document("LLMProvider", "sim", "{ simulator: {} }");
  const { gateway } = expectCompiled(await compileText(`${served}---\n${yaml.replaceAll("v1:…", `v1:${"0".repeat(64)}`)}`));
  expect(gateway.admin).toMatchObject({
    isTwoPerson: true,
    keys: [
      { name: "alice", roles: ["auditor", "operator"], tenants: null },
      { name: "deploy", roles: ["key-admin"], tenants: ["team-a"] },
    ],
  });
  const made = [...guide.matchAll(/admin create-key --name (\S+) --roles (\S+)/g)].map(([, name, roles]) => [name, roles]);
  expect(made).toEqual([
    ["alice", "operator,auditor"],
    ["deploy", "key-admin"],
  ]);
});
