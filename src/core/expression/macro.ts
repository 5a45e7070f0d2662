import { type ASTNode, TypeError as CelTypeError } from "@marcbachmann/cel-js";

/** A call as it is written, which is what the library hands to a macro. */
export interface MacroCall {
  readonly args: readonly ASTNode[];
  /** What a method is called on. */
  readonly receiver: ASTNode | null;
}

/** Variables in scope, by name. */
export interface Variables {
  getValue(name: string): unknown;
}

export interface TypeChecker {
  /** The node's type. @throws the library's TypeError */
  check(node: ASTNode, variables: Variables): { readonly name: string };
  getType(name: string): { readonly name: string };
}

export interface Evaluator {
  run(node: ASTNode, variables: Variables): unknown;
}

/** What a call becomes: checked once, at load, and evaluated for every request. */
export interface Macro {
  /** Says that evaluation never waits, which spares the library a promise check in every operator. */
  readonly async: false;
  /** The type of the call. @throws the library's TypeError */
  typeCheck(checker: TypeChecker, macro: Macro, variables: Variables): { readonly name: string };
  evaluate(evaluator: Evaluator, macro: Macro, variables: Variables): unknown;
}

/** The text of a literal; null for whatever has to be evaluated first, or is no text. */
export function readLiteral(node: ASTNode | undefined): string | null {
  return node?.op === "value" && typeof node.args === "string" ? node.args : null;
}

/** The node a call cannot do without. @throws the library's TypeError when it is not there */
export function requireNode(node: ASTNode | null | undefined): ASTNode {
  if (node === null || node === undefined)
    throw new CelTypeError({ code: "missing_argument", message: "an argument is missing" });
  return node;
}

/** Holds an operand to a type. @throws the library's TypeError */
export function requireType(node: ASTNode, wanted: string, found: { readonly name: string }): void {
  if (found.name === wanted) return;
  throw new CelTypeError({ code: "wrong_type", message: `this must be a ${wanted} and is a ${found.name}`, node });
}
