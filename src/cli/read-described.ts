import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type * as z from "zod";
import { explainIssue, phraseFor } from "../core/policy/explain-issue.ts";
import { type Problem, renderProblem } from "../core/policy/problem.ts";
import { readDocuments } from "../core/policy/read-documents.ts";
import { toValue } from "../core/policy/source-node.ts";
import { InputRefused } from "./input-refused.ts";

/**
 * A file of one YAML or JSON document, as its schema has it. @throws InputRefused with every mistake of it, one a line and
 * with its place, as `fairlead validate` names those of policies
 */
export async function readDescribed<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  cwd: string,
): Promise<z.output<Schema>> {
  const text = await readFile(resolve(cwd, path), "utf8").catch((error: unknown) => {
    throw new InputRefused(`Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const problems: Problem[] = [];
  const [document, ...others] = readDocuments({ path, text }, (problem) => void problems.push(problem));
  if (problems.length > 0) throw refused(problems);
  if (document === undefined || others.length > 0) throw new InputRefused(`${path} must hold one document.`);
  const parsed = schema.safeParse(toValue(document.root), { error: phraseFor });
  if (parsed.success) return parsed.data;
  throw refused(parsed.error.issues.flatMap((issue) => explainIssue(issue, { schema, root: document.root })));
}

function refused(problems: readonly Problem[]): InputRefused {
  return new InputRefused(problems.map(renderProblem).join("\n"));
}
