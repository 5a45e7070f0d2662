import { expect, it } from "vitest";
import { CAPABILITIES } from "../../../src/core/capability.ts";
import { canonicalJson } from "../../../src/core/policy/canonical-json.ts";
import type { CompiledPolicy } from "../../../src/core/policy/compiled.ts";
import { DIALECT_NAMES } from "../../../src/core/policy/dialect-names.ts";
import { describeChange } from "../../../src/core/policy/diff-routes.ts";
import type { PolicyFile } from "../../../src/core/policy/read-documents.ts";
import { compileFiles, expectCompiled, POLICIES_DIRECTORY, readYamlFiles } from "./compile-files.ts";
import { EVERY_DIALECT_FIELD } from "./every-dialect-field.ts";
import { EVERY_ROUTING_FIELD } from "./every-routing-field.ts";

const SEED = 20_261_121;
const ROUNDS = process.env["FAIRLEAD_FULL"] === "1" ? 1_000 : 200;

/** Mulberry32: the same numbers for the same seed, on every machine. */
function createDraw(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Draw = (below: number) => number;
type Mutation = (text: string, draw: Draw) => string;

const ODD_TEXTS = [
  "",
  "null",
  "~",
  "-1",
  "0",
  "1e999",
  "{}",
  "[]",
  '""',
  "*a",
  "&a",
  "!!x y",
  "<<",
  "__proto__: {}",
  "\u0000",
  "\uD800",
  "💥",
  "%",
  "- ",
  ": ",
  "\t",
];

function onLine(text: string, draw: Draw, edit: (line: string, lines: readonly string[]) => readonly string[]): string {
  const lines = text.split("\n");
  const index = draw(lines.length);
  return lines.flatMap((line, position) => (position === index ? edit(line, lines) : [line])).join("\n");
}

function oneOf<Item>(items: readonly Item[], draw: Draw, otherwise: Item): Item {
  return items[draw(Math.max(1, items.length))] ?? otherwise;
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  // Google Cloud, 2025-06-12: a policy with blank fields.
  blankField: (text, draw) => onLine(text, draw, (line) => [line.replace(/:.*$/, ":")]),
  blankValue: (text, draw) => onLine(text, draw, (line) => [line.replace(/: [\w."-]+/, ": ")]),
  // Cloudflare, 2025-11-18: rows doubled, a file of twice its size.
  doubledRow: (text, draw) => onLine(text, draw, (line) => [line, line]),
  doubledFile: (text) => `${text}\n---\n${text}`,
  droppedLine: (text, draw) => onLine(text, draw, () => []),
  indentation: (text, draw) => onLine(text, draw, (line) => [draw(2) === 0 ? `  ${line}` : line.replace(/^ {2}/, "")]),
  swappedWord: (text, draw) => {
    const words = text.match(/[\w.-]{2,}/g) ?? [];
    const from = oneOf(words, draw, "x");
    return text.replace(from, oneOf(words, draw, "y"));
  },
  misspeltWord: (text, draw) => {
    const word = oneOf(text.match(/[\w-]{3,}/g) ?? [], draw, "x");
    return text.replace(word, word.slice(1));
  },
  otherNumber: (text, draw) => {
    const numbers = [...text.matchAll(/\d+/g)];
    const chosen = numbers[draw(Math.max(1, numbers.length))];
    return chosen === undefined
      ? text
      : text.slice(0, chosen.index) + String(draw(100_000)) + text.slice(chosen.index + chosen[0].length);
  },
  oddText: (text, draw) => {
    const at = draw(text.length + 1);
    return text.slice(0, at) + oneOf(ODD_TEXTS, draw, "") + text.slice(at + draw(3));
  },
  // Fields that mean something in some dialects only, and lists whose order does not count.
  otherDialect: (text, draw) =>
    text.replace(/openai-chat|anthropic-messages|bedrock-converse/, oneOf(DIALECT_NAMES, draw, "gemini")),
  otherCapability: (text, draw) => text.replace(/\b(?:tools|vision|files)\b/, oneOf(CAPABILITIES, draw, "tools")),
  otherSwitch: (text, draw) =>
    draw(2) === 0 ? text.replace(/\bEnabled\b/, "Disabled").replace("Drop", "Refuse") : text.replace(/\bDisabled\b/, "Enabled"),
  turnedList: (text, draw) =>
    onLine(text, draw, (line) => [line.replace(/\[([\w-]+), ([\w-]+)\]/, (_, first, second) => `[${second}, ${first}]`)]),
  // Conditions, shares and places.
  otherTime: (text, draw) => text.replace(/\d\d:\d\d\b/, oneOf(["00:00", "23:59", "24:00"], draw, "12:00")),
  otherShare: (text, draw) => text.replace(/[\d.]+%/, oneOf(["0%", "50%", "100%", "87.5%"], draw, "1%")),
  otherWord: (text, draw) =>
    text.replace(/\b(?:Batch|Zone|WhenUnavailable|Key|Header)\b/, oneOf(["Interactive", "Region", "Never", "Caller"], draw, "x")),
  truncated: (text, draw) => text.slice(0, draw(text.length)),
  movedBlock: (text, draw) => {
    const documents = text.split("---\n");
    const index = draw(documents.length);
    return [...documents.slice(index), ...documents.slice(0, index)].join("---\n");
  },
};

/** What a policy does, without its stamp. */
function bodyOf({ gateway, providers, routes, consumers }: CompiledPolicy): string {
  return canonicalJson({ gateway, providers, routes, consumers });
}

function mutate(files: readonly PolicyFile[], draw: Draw): readonly PolicyFile[] {
  const names = Object.keys(MUTATIONS);
  const mutation = MUTATIONS[oneOf(names, draw, "oddText")];
  const index = draw(files.length);
  return files.map((file, position) => (position === index && mutation ? { ...file, text: mutation(file.text, draw) } : file));
}

it(`survives ${ROUNDS} random mutations of the examples: refused, or every change of behaviour is described`, async () => {
  const draw = createDraw(SEED);
  const examples = [
    ...readYamlFiles(POLICIES_DIRECTORY),
    { path: "dialects.yaml", text: EVERY_DIALECT_FIELD },
    { path: "rules.yaml", text: EVERY_ROUTING_FIELD },
  ];
  const original = expectCompiled(await compileFiles(examples));
  const seen = { rejected: 0, same: 0, changed: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    let files = mutate(examples, draw);
    if (draw(3) === 0) files = mutate(files, draw);
    const result = await compileFiles(files);
    if (result.kind === "rejected") {
      seen.rejected += 1;
      expect(result.problems.some(({ severity }) => severity === "error")).toBe(true);
      expect(result.problems.every(({ line, column, document }) => line >= 1 && column >= 1 && document >= 1)).toBe(true);
      continue;
    }
    const isSame = bodyOf(result.policy) === bodyOf(original);
    seen[isSame ? "same" : "changed"] += 1;
    expect(describeChange(original, result.policy).length > 0, `round ${round}`).toBe(!isSame);
    expect(result.policy.digest === original.digest).toBe(isSame);
  }
  // All three outcomes occur, or the mutations prove nothing.
  expect(Math.min(seen.rejected, seen.same, seen.changed)).toBeGreaterThan(ROUNDS / 50);
}, 120_000);
