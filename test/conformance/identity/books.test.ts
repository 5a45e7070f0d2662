import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/io.ts";
import { runLedger } from "../../../src/cli/ledger.ts";
import { runUsage } from "../../../src/cli/usage.ts";
import type { PrintedGroup } from "../../../src/cli/usage/usage-group.ts";
import { askAdmin } from "../faults/ask-router.ts";
import { runRoundTrip } from "./round-trip.ts";
import { startUsageLab, type UsageLab } from "./usage-lab.ts";

let lab: UsageLab;
beforeAll(async () => {
  lab = await startUsageLab();
  await lab.ask("plain", { usage: { prompt_tokens: 20, completion_tokens: 4 } });
  await lab.ask("plain", {});
  await lab.ask("priced", { usage: { prompt_tokens: 30, completion_tokens: 5 } });
  await lab.ask("plain", { usage: { prompt_tokens: 900_000, completion_tokens: 4 } });
});
afterAll(() => lab.close());

type Command = typeof runLedger;

/** A command at the running router: its exit code, and what it printed. */
async function run(command: Command, ...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    env: {},
    cwd: lab.directory,
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  };
  const code = await command([...args, "--url", lab.router.url, "--admin-key", lab.router.adminKey], io);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const today = (): string => new Date().toISOString().slice(0, "2026-11-22".length);
const USAGE = { prompt_tokens: 40, completion_tokens: 8 };

/** Records of a file of saved books; its first line says when. */
async function recordsIn(file: string): Promise<readonly string[]> {
  return (await readFile(join(lab.directory, file), "utf8")).split("\n").slice(1);
}

function compare() {
  return run(runLedger, "reconcile", "--provider", "rig", "--provider-totals", "totals.csv");
}

/** A group as the provider would bill it, with so many more tokens. */
function billed({ costMicroUsd, group, inputTokens, outputTokens }: PrintedGroup, more: number): string {
  const model = group["target"]?.slice("rig/".length);
  return [group["day"], model, inputTokens + more, outputTokens, (costMicroUsd / 1_000_000).toFixed(8)].join(",");
}

describe("fairlead usage", () => {
  it("prints what was used, as a table, JSON and CSV", async () => {
    await lab.rowOf((await lab.ask("books", { usage: USAGE })).id);
    const table = await run(runUsage, "--by", "target,day");
    expect(table.code).toBe(EXIT.done);
    expect(table.out).toMatch(/^target +day +requests .*\n(?:.*\n)*rig\/books +\d{4}-\d{2}-\d{2} +1 +40 +0 +8 +0\.000129/);
    const csv = await run(runUsage, "--by", "target", "--format", "csv");
    expect(csv.out).toMatch(/^target,requests,.*\r\n(?:.*\r\n)*rig\/books,1,/);
    const json = await run(runUsage, "--by", "target", "--format", "json", "--time-zone", "Asia/Kathmandu");
    expect(JSON.parse(json.out)).toMatchObject({ tenant: "default", timeZone: "Asia/Kathmandu" });
  });

  it.each([
    ["--by", "price", "'by' must be up to three"],
    ["--time-zone", "Mars/Olympus", "There is no time zone 'Mars/Olympus'."],
    ["--from", "2026-02-31", "'from' is no day and no instant"],
  ])("says what is wrong with %s %s", async (option, value, message) => {
    const { code, err } = await run(runUsage, option, value);
    expect(code).toBe(EXIT.refused);
    expect(err).toContain(message);
  });
});

describe("fairlead ledger", () => {
  it("saves books and puts them back as they were, and overwrites nothing unasked", async () => {
    const saved = await run(runLedger, "export", "books.jsonl");
    expect(saved.err).toMatch(/^\d+ records of tenant default in books.jsonl.$/);
    const report = async () => (await run(runUsage, "--by", "key,target,state", "--format", "csv")).out;
    const [used, rows] = [await report(), await lab.rows()];

    await lab.rowOf((await lab.ask("books", { usage: USAGE })).id);
    expect(await report()).not.toBe(used);
    const refused = await run(runLedger, "import", "books.jsonl");
    expect([refused.code, refused.err]).toEqual([EXIT.refused, expect.stringContaining("are not empty")]);
    expect(await lab.rows()).toHaveLength(rows.length + 1);

    expect((await run(runLedger, "import", "books.jsonl", "--replace")).code).toBe(EXIT.done);
    expect(await report()).toBe(used);
    expect(await lab.rows()).toEqual(rows);
    await run(runLedger, "export", "again.jsonl");
    expect(await recordsIn("again.jsonl")).toEqual(await recordsIn("books.jsonl"));
  });

  it("moves books into the empty ones of another router, where they are the same", async () => {
    const seen = await runRoundTrip(lab);
    expect(seen).toMatchObject({ hasRows: true, hasReport: true, hasState: true, accounts: 1 });
    expect(seen.rows).toBeGreaterThan(3);
  });

  it.each([
    ["is cut off", (lines: readonly string[]) => lines.slice(0, -1), "cut off"],
    [
      "is of another version",
      ([, ...lines]: readonly string[]) => ['{"fairlead":"ledger","version":2}', ...lines],
      "Books of version 2",
    ],
    ["is something else", () => ["{}"], "holds no books"],
    ["is empty", () => [], "is empty"],
    [
      "has a line that is no record",
      ([head = "", , ...lines]: readonly string[]) => [head, '{"row":{}}', ...lines],
      "Line 2 of the file",
    ],
  ])("changes nothing where the file %s", async (_, change, message) => {
    await run(runLedger, "export", "whole.jsonl");
    const lines = (await readFile(join(lab.directory, "whole.jsonl"), "utf8")).trimEnd().split("\n");
    await writeFile(join(lab.directory, "changed.jsonl"), change(lines).join("\n"));
    const before = (await run(runUsage, "--format", "csv")).out;
    const { code, err } = await run(runLedger, "import", "changed.jsonl", "--replace");
    expect([code, err]).toEqual([EXIT.refused, expect.stringContaining(message)]);
    expect((await run(runUsage, "--format", "csv")).out).toBe(before);
  });

  it("compares a provider's totals with our rows, and says what may explain a difference", async () => {
    const { groups } = (await askAdmin(lab.router, `/admin/api/usage?by=day,target&from=${today()}`)) as {
      groups: readonly PrintedGroup[];
    }; // our own API
    const rows = groups.filter(({ group }) => group["target"]?.startsWith("rig/"));
    const file = async (more: number) => {
      const lines = rows.map((row) => billed(row, row.group["target"] === "rig/plain" ? more : 0));
      await writeFile(join(lab.directory, "totals.csv"), ["day,model,input_tokens,output_tokens,cost_usd", ...lines].join("\n"));
    };
    await file(0);
    expect(await compare()).toMatchObject({ code: EXIT.done, err: "" });
    await file(7);
    const { code, out } = await compare();
    expect(code).toBe(EXIT.refused);
    expect(out).toMatch(/plain: [\d,]+ tokens counted by us, nobody reported them; [\d,]+ tokens reported and not believed/);
  });
});
