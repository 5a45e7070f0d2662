import type { ParseResult } from "@marcbachmann/cel-js";
import { checkTerms } from "./check-terms.ts";
import { createEnvironment } from "./environment.ts";
import { explainFailure, explainSyntax, explainTypes } from "./explain-error.ts";
import { EvaluationContext } from "./fact-views.ts";
import type { ExpressionFacts } from "./facts.ts";
import { EXPRESSION_LIMITS } from "./limits.ts";
import type { PatternProgram, ProgramSource } from "./pattern-program.ts";
import { type Refusal, refuse, shorten } from "./refusal.ts";
import { Pattern } from "./run-pattern.ts";

/** A condition that has been checked: it names declared facts only, gives a bool, and takes a bounded time. */
export interface Expression {
  readonly text: string;
  /** By pattern. */
  readonly programs: ReadonlyMap<string, PatternProgram>;
  /** What it says of a request. Never throws; `failed` where a fact it needs is not there, and a rule then does not match. */
  evaluate(facts: ExpressionFacts): Evaluation;
}

export type Evaluation =
  | { readonly kind: "value"; readonly value: boolean }
  | { readonly kind: "failed"; readonly message: string };

/** An expression ready to be evaluated, or why the text is none. */
export type CompiledExpression = { readonly kind: "compiled"; readonly expression: Expression } | Refusal;

const TRUE: Evaluation = { kind: "value", value: true };
const FALSE: Evaluation = { kind: "value", value: false };
const ENVIRONMENT = createEnvironment();

/**
 * Compiles the text of a condition in CEL; its patterns have the programs that `source` gives. Never throws.
 * @see https://github.com/google/cel-spec
 */
export function compileExpression(text: string, source: ProgramSource): CompiledExpression {
  const { characters } = EXPRESSION_LIMITS;
  if (text.length > characters)
    return refuse({ says: "the expression is too long", found: `${text.length} characters`, allowed: [`at most ${characters}`] });
  const parsed = parse(text);
  if (typeof parsed !== "function") return parsed;
  const terms = checkTerms(parsed.ast);
  if (terms.kind === "refused") return terms;
  const refusal = checkTypes(parsed);
  if (refusal !== null) return refusal;
  const programs = new Map<string, PatternProgram>();
  for (const [pattern, written] of terms.patterns) {
    const program = source(pattern);
    if ("refused" in program) return refuse({ says: shorten(program.refused), found: written });
    programs.set(pattern, program);
  }
  return { kind: "compiled", expression: createExpression(text, parsed, programs) };
}

function parse(text: string): ParseResult | Refusal {
  try {
    return ENVIRONMENT.parse(text);
  } catch (error) {
    return explainSyntax(error);
  }
}

function checkTypes(parsed: ParseResult): Refusal | null {
  const { error, type, valid } = parsed.check();
  if (!valid) return explainTypes(error);
  if (type === "bool") return null;
  return refuse({
    says: "a condition gives true or false",
    found: `an expression that gives ${type ?? "nothing"}`,
    allowed: ["bool"],
  });
}

function createExpression(text: string, parsed: ParseResult, programs: Expression["programs"]): Expression {
  const patterns = new Map([...programs].map(([pattern, program]) => [pattern, new Pattern(program)]));
  return {
    text,
    programs,
    evaluate: (facts) => {
      try {
        const value: unknown = parsed(new EvaluationContext(facts, patterns));
        if (typeof value === "boolean") return value ? TRUE : FALSE;
        return { kind: "failed", message: "The expression gave no bool." };
      } catch (error) {
        return { kind: "failed", message: explainFailure(error) };
      }
    },
  };
}
