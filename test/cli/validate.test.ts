import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runValidate } from "../../src/cli/validate.ts";
import { createWorkplace } from "./temporary-policies.ts";

it("accepts the example policies and sums them up", async () => {
  const { io, out, err } = await createWorkplace();
  expect(await runValidate([], io)).toBe(0);
  expect(out).toHaveLength(1);
  expect(out[0]).toMatch(
    /^policies: valid, 0 errors, 0 warnings in 4 files: 6 providers, 5 routes, 1 consumer, 0 keys; digest [0-9a-f]{12}\.$/,
  );
  expect(err).toEqual([]);
});

it("prints every problem with a clickable place and exits 1", async () => {
  const { io, out, read, write } = await createWorkplace();
  const routing = await read("policies/routing.yaml");
  await write(
    "policies/routing.yaml",
    routing.replace("provider: openai,", "provider: opnai,").replace("weight: 1", "weight: 0"),
  );
  expect(await runValidate(["policies"], io)).toBe(1);
  expect(out).toHaveLength(3);
  expect(out[0]).toMatch(/^policies\/routing\.yaml:19:27 unknown_provider: .*did you mean "openai"\?$/);
  expect(out[1]).toMatch(/^policies\/routing\.yaml:22:\d+ out_of_range: /);
  expect(out[2]).toBe("policies: 2 errors, 0 warnings in 4 files.");
});

it("reads nested directories and both extensions, and leaves generated schemas and hidden files alone", async () => {
  const { io, out, write } = await createWorkplace();
  for (const directory of ["team", "schema", ".hidden"]) {
    await mkdir(join(io.cwd, "policies", directory), { recursive: true });
    await write(`policies/${directory}/broken.yml`, "kind: Nothing\n");
  }
  expect(await runValidate([], io)).toBe(1);
  expect(out.filter((line) => line.includes("unknown_kind"))).toEqual([
    expect.stringMatching(/^policies\/team\/broken\.yml:1:7 /),
  ]);
});

it("takes base URLs from the environment and from .dev.vars", async () => {
  const { io, out, write } = await createWorkplace({ OPENAI_BASE_URL: "http://127.0.0.1:9000/v1" });
  await write(".dev.vars", "GEMINI_MODEL=gemini-2.5-flash\nOPENAI_BASE_URL=http://169.254.169.254/\n");
  expect(await runValidate([], io)).toBe(0);
  expect(out[0]).toContain("replaced by GEMINI_MODEL, OPENAI_BASE_URL");
});

it("accepts one file and refuses what it cannot read or understand", async () => {
  const { io, err } = await createWorkplace();
  expect(await runValidate(["policies/consumer.yaml"], io)).toBe(0);
  expect(await runValidate(["nowhere"], io)).toBe(1);
  expect(await runValidate(["a", "b"], io)).toBe(2);
  expect(await runValidate(["--wrong"], io)).toBe(2);
  expect(err[0]).toContain("Cannot read nowhere");
  expect(err[2]).toContain("Usage: fairlead validate");
});
