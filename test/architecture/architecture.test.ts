import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIALECT_NAMES } from "../../src/core/policy/dialect-names.ts";
import { CATALOGUE } from "../../src/providers/catalogue.ts";
import { type Edge, judge, layerOf, readEdges } from "./layers.ts";

const SRC = new URL("../../src/", import.meta.url).pathname;

const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), "utf8") }));
const edges: readonly Edge[] = sources.flatMap(({ path, text }) => readEdges(path, text));

const isDialect = (name: string): boolean => (DIALECT_NAMES as readonly string[]).includes(name);

describe("architecture", () => {
  it("has imports to judge in every layer that exists", () => {
    expect(edges.length).toBeGreaterThan(100);
    const judged = new Set(edges.map(({ from }) => layerOf(from)));
    expect([...judged]).toEqual(
      expect.arrayContaining(["core", "dialects", "adapters", "pipeline", "http", "worker", "index", "cli"]),
    );
  });

  it("imports in one direction only", () => {
    expect(edges.map(judge).filter((verdict) => verdict !== null)).toEqual([]);
  });

  it.each([
    { from: "core/cost.ts", text: 'import { handle } from "../http/handle.ts";' },
    { from: "core/cost.ts", text: 'import { readFile } from "node:fs";' },
    { from: "dialects/openai-chat/index.ts", text: 'export * from "../../ports/ledger.ts";' },
    { from: "pipeline/chat.ts", text: 'import { x } from "../adapters/memory/health.ts";' },
    { from: "pipeline/chat.ts", text: 'const late = import("../cli/serve.ts");' },
    { from: "adapters/kv/source.ts", text: 'import type { Run } from "../../pipeline/deps.ts";' },
    { from: "http/app.ts", text: 'import "../worker.ts";' },
    { from: "helpers/misc.ts", text: 'import { a } from "../core/a.ts";' },
  ])("refuses a planted violation: $from with $text", ({ from, text }) => {
    const verdicts = readEdges(from, text).map(judge);
    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]).not.toBeNull();
  });

  it("names no provider outside providers/ and dialects/", () => {
    // A wire format may be called as its author's provider is; formats are named by the registry and what it generates.
    const names = Object.keys(CATALOGUE).filter((name) => name !== "openai" && !isDialect(name));
    expect(names.length).toBeGreaterThan(2);
    const pattern = new RegExp(`["'](?:${[...names, "openai"].join("|")})["']`);
    const shared = sources.filter(({ path }) => !/^(?:providers|dialects|cli)\//.test(path));
    expect(shared.filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("keeps the request readable: the pipeline's one file stays under 150 lines", () => {
    const chat = sources.find(({ path }) => path === "pipeline/chat.ts");
    expect(chat?.text.split("\n").length).toBeLessThanOrEqual(150);
  });
});
