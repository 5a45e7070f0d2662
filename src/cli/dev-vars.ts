import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CliIo } from "./io.ts";

/** The environment over `.dev.vars`: what is set for one command wins over what is kept in the file. */
export async function readVariables({ env, cwd }: Pick<CliIo, "env" | "cwd">): Promise<Readonly<Record<string, string>>> {
  const variables = new Map(parseDevVars(await readIfPresent(join(cwd, ".dev.vars"))));
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) variables.set(name, value);
  }
  return Object.fromEntries(variables);
}

/** `NAME=value` lines as wrangler reads them: `export`, comments and quotes are dropped, `\n` counts in double quotes. */
export function parseDevVars(text: string): readonly (readonly [name: string, value: string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(line);
    return match === null ? [] : [[match[1] ?? "", unquote(match[2] ?? "")] as const];
  });
}

function unquote(value: string): string {
  const quoted = /^(["'`])(.*)\1\s*(?:#.*)?$/.exec(value);
  if (quoted === null) return value.replace(/(^|\s)#.*$/, "").trimEnd();
  const inner = quoted[2] ?? "";
  return quoted[1] === '"' ? inner.replaceAll("\\n", "\n") : inner;
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return ""; // No file means no variables; the environment alone is enough.
  }
}
