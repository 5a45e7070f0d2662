import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generateFiles } from "../../../src/cli/generate.ts";
import { REPOSITORY } from "../repository.ts";
import type { Change } from "./working-copy.ts";

const GUIDE = "docs/adding/README.md";
/** A message that lists every dialect, reviewed by eye; a test writes it. */
const REVIEWED = "test/core/policy/broken.snapshot.txt";

/** One of each that can be added, as `docs/adding/` has it. */
export interface WorkedExample {
  /** The heading of its recipe. */
  readonly heading: string;
  readonly patches: readonly string[];
  /** Folder or file of `docs/adding/` → where it goes. */
  readonly copied: Readonly<Record<string, string>>;
  /** Files to which a line or more is added, beside the patched ones. */
  readonly continued: readonly string[];
  /** Files that follow from the rest: they may change, and nobody writes them. */
  readonly generated: readonly string[];
}

export const PROVIDER_EXAMPLE: WorkedExample = {
  heading: "## A provider that speaks a known dialect",
  patches: ["docs/adding/provider/provider.patch"],
  copied: {
    "docs/adding/provider/fixtures/openai-compat/syn-crusoe-tool-call": "test/fixtures/openai-compat/syn-crusoe-tool-call",
  },
  continued: [],
  generated: [],
};

export const DIALECT_EXAMPLE: WorkedExample = {
  heading: "## A dialect",
  patches: ["docs/adding/dialect/registry.patch"],
  copied: {
    "docs/adding/dialect/cohere-v2": "src/dialects/cohere-v2",
    "docs/adding/dialect/cohere-v2.test.ts": "test/dialects/cohere-v2/cohere-v2.test.ts",
    "docs/adding/dialect/fixtures/cohere-v2": "test/fixtures/cohere-v2",
  },
  continued: ["test/fixtures/NOTICE"],
  generated: [...generateFiles().keys(), REVIEWED],
};

/** The commands of an example's recipe, a line each, as its page has them. @throws Error when there is no recipe */
export function commandsOf({ heading }: WorkedExample): readonly string[] {
  const [, section = ""] = readText(GUIDE).split(`${heading}\n`);
  const [, block] = /^```sh\n([\s\S]*?)^```$/m.exec(section) ?? [];
  if (block === undefined) throw new Error(`${GUIDE} has no commands below "${heading}".`);
  return block.split("\n").filter((line) => line !== "");
}

/** Where the changes of an applied example are not what it says; empty when they are. */
export function judgeChanges(example: WorkedExample, changes: readonly Change[]): readonly string[] {
  const patched = example.patches.flatMap((patch) =>
    [...readText(patch).matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, path = ""]) => path),
  );
  const grown = [...patched, ...example.continued];
  const copied = Object.entries(example.copied).flatMap(([from, to]) => filesBelow(from).map((file) => to + file));
  const changed = new Set(changes.map(({ path }) => path));
  const known = new Set([...grown, ...copied, ...example.generated]);
  return [
    ...changes.filter(({ path }) => !known.has(path)).map(({ path }) => `${path} was changed too`),
    ...[...grown, ...copied].filter((path) => !changed.has(path)).map((path) => `${path} was not changed`),
    ...changes
      .filter(({ path, removed }) => grown.includes(path) && removed > 0)
      .map(({ path, removed }) => `${path} lost ${removed} lines`),
    ...changes
      .filter(({ added, path }) => path === REVIEWED && added > 1)
      .map(({ path }) => `${path}: more than one message changed`),
  ];
}

/** Below a folder, each with a slash before it; a file is the one that it is. */
function filesBelow(path: string): readonly string[] {
  const entries = path.endsWith(".ts") ? [] : readdirSync(join(REPOSITORY, path), { recursive: true, withFileTypes: true });
  if (entries.length === 0) return [""];
  const root = join(REPOSITORY, path).length;
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root));
}

function readText(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}
