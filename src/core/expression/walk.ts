import type { ASTNode } from "@marcbachmann/cel-js";
import { excerpt, type RefusalDetail } from "./refusal.ts";

/** What evaluating a part of an expression can take at most. */
export interface Weight {
  readonly steps: number;
  /** Entries of the list or map it gives; null for what is neither. */
  readonly entries: number | null;
}

/** One pass over an expression. */
export interface Walk {
  /** Variables of the comprehensions around. */
  readonly locals: ReadonlySet<string>;
  /** Patterns so far: how each is written, fit to be shown, and the estimated instructions of all. */
  readonly patterns: { readonly written: Map<string, string>; instructions: number };
  readonly report: (detail: RefusalDetail) => void;
  /** Weighs a part, and checks every name and call in it. */
  readonly weigh: (node: ASTNode, walk: Walk) => Weight;
}

/** A node of one operator. */
export type NodeOf<Op extends ASTNode["op"]> = Extract<ASTNode, { readonly op: Op }>;

/** What gives one value that is no collection. */
export function scalar(steps: number): Weight {
  return { steps, entries: null };
}

/** The node as it is written, fit to be shown. */
export function sourceOf({ end, input, start }: ASTNode): string {
  return excerpt(input.slice(start, end));
}

/**
 * Lists and maps hold no lists or maps. A value named twice in each of many would be a tree of 2ⁿ entries to whatever
 * compares it, and so would its type.
 */
export function reportNested(node: ASTNode, { report }: Walk): void {
  report({ says: "a list or map holds no lists or maps", found: sourceOf(node), allowed: ["text", "numbers", "true", "false"] });
}
