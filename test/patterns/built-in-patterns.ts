import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A regular expression of the sources. */
export interface BuiltInPattern {
  /** The module below `src/` that holds it; of one that is built, the first module that loads it. */
  readonly path: string;
  readonly pattern: RegExp;
}

const SRC = new URL("../../src/", import.meta.url).pathname;
/** Folders whose patterns meet text of callers and upstreams. */
const FOLDERS = ["core", "dialects", "pipeline", "http"];
/** These read policies: the operator's own text, whose length their schemas bound. */
const POLICY_READERS = /^core\/(?:policy|expression)\//;
/** After these a slash begins a pattern; after anything else it divides. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+*%<>~^-]|\b(?:return|typeof|case|in|of))\s*$/;
/** Comments, strings and templates, in which no slash counts; then a pattern and its flags. */
const TOKEN =
  /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|\$\{(?:[^`{}]|\{[^{}]*\})*\}|[^`\\])*`|\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([a-z]*)/g;

/** Every pattern that is written in the sources, or built while their modules load. */
export async function collectBuiltInPatterns(): Promise<readonly BuiltInPattern[]> {
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  ).filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts") && !POLICY_READERS.test(path));
  const written = paths.flatMap((path) =>
    readPatterns(readFileSync(join(SRC, path), "utf8")).map((pattern) => ({ path, pattern })),
  );
  return [...written, ...(await collectBuilt(paths))];
}

/** The patterns that a module's text writes as literals. */
export function readPatterns(text: string): readonly RegExp[] {
  const found: RegExp[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const [, source, flags = ""] = token;
    if (source === undefined) continue;
    if (BEFORE_PATTERN.test(text.slice(Math.max(0, token.index - 40), token.index))) found.push(new RegExp(source, flags));
    else TOKEN.lastIndex = token.index + 1;
  }
  return found;
}

/** Patterns made by `new RegExp` while modules load. */
async function collectBuilt(paths: readonly string[]): Promise<readonly BuiltInPattern[]> {
  const found: BuiltInPattern[] = [];
  const NativeRegExp = globalThis.RegExp;
  let loading = "";
  globalThis.RegExp = new Proxy(NativeRegExp, {
    construct: (Target, [source, flags]: [string | RegExp, string?]) => {
      const pattern = new Target(source, flags);
      found.push({ path: loading, pattern });
      return pattern;
    },
  });
  try {
    for (const path of paths) {
      loading = path;
      await import(join(SRC, path));
    }
  } finally {
    globalThis.RegExp = NativeRegExp;
  }
  return found;
}
