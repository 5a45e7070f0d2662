import { parseRecord } from "../../core/json/parse-record.ts";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { phraseFor } from "../../core/policy/explain-issue.ts";
import { InputRefused } from "../input-refused.ts";
import { type TraceLine, traceLineSchema } from "./trace-line.ts";

/** The first mistakes tell the story. */
const MOST_MISTAKES = 20;

/** A trace in JSON Lines; empty lines are left out. @throws InputRefused naming the lines that are none */
export async function readTrace(path: string, cwd: string): Promise<readonly TraceLine[]> {
  const text = await readFile(resolve(cwd, path), "utf8").catch((error: unknown) => {
    throw new InputRefused(`Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const lines: TraceLine[] = [];
  const mistakes: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (typeof read !== "string") lines.push(read);
    else if (mistakes.push(`${path}:${index + 1}: ${read}`) === MOST_MISTAKES) break;
  }
  if (mistakes.length > 0) throw new InputRefused(mistakes.join("\n"));
  if (lines.length === 0) throw new InputRefused(`${path} holds no requests.`);
  return lines;
}

/** The line, or what is wrong with it. */
function readLine(line: string): TraceLine | string {
  const parsed = traceLineSchema.safeParse(parseRecord(line), { error: phraseFor });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") return `there is no field '${issue.keys.join("', '")}'`;
  return `${issue?.path.join(".") || "the line"} must be ${issue?.message ?? "something else"}`;
}
