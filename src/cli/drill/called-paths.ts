import { matchesModel } from "../../core/policy/find-model.ts";
import type { CompiledMatch, CompiledVariant } from "../../core/policy/compiled.ts";
import { DEFAULT_PATH, EMBEDDINGS_PATH, MODEL_PATHS, surfaceOfPath } from "../decision/surface-of-path.ts";

/**
 * The paths that requests of a rule are drilled under, never none: those of the conditions, and of a pattern such as `/v1/*`
 * those for chat where it has any. Where no path is stated, what the first group is known to be for decides.
 */
export function calledPaths(match: CompiledMatch | null, variant: CompiledVariant): readonly [string, ...string[]] {
  const [first, ...others] = [...new Set((match?.paths ?? []).flatMap(pathsOf))];
  if (first !== undefined) return [first, ...others];
  return [isForEmbeddings(variant) ? EMBEDDINGS_PATH : DEFAULT_PATH];
}

function pathsOf(pattern: string): readonly string[] {
  if (!pattern.endsWith("*")) return [pattern];
  const covered = MODEL_PATHS.filter((path) => matchesModel(pattern, path));
  const chats = covered.filter((path) => surfaceOfPath(path)?.operation === "chat");
  if (chats.length > 0) return chats;
  return covered.length > 0 ? covered : [`${pattern.slice(0, -1)}x`];
}

/** Its first targets are known to do embeddings and nothing else. */
function isForEmbeddings({ groups: [first] }: CompiledVariant): boolean {
  if (first === undefined || "model" in first) return false;
  return first.targets.every(({ capabilities }) => capabilities?.length === 1 && capabilities.includes("embeddings"));
}
