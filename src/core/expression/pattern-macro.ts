import { EvaluationError } from "@marcbachmann/cel-js";
import type { EvaluationContext } from "./fact-views.ts";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { type Macro, type MacroCall, readLiteral, requireNode, requireType } from "./macro.ts";
import type { Pattern } from "./run-pattern.ts";

/** `re2(text, 'pattern')` and `text.re2('pattern')`: whether a pattern of the expression is found in a text. */
export function expandPattern({ args, receiver }: MacroCall): Macro {
  const text = requireNode(receiver ?? args[0]);
  const written = readLiteral(requireNode(args.at(-1))) ?? "";
  return {
    async: false,
    typeCheck: (checker, _macro, variables) => {
      requireType(text, "string", checker.check(text, variables));
      return checker.getType("bool");
    },
    evaluate: (evaluator, _macro, variables) => {
      const value = evaluator.run(text, variables);
      const searches = variables.getValue("searches") as EvaluationContext["searches"]; // our own context
      const pattern = searches.patterns.get(written);
      if (pattern === undefined || typeof value !== "string") throw new EvaluationError("re2 reads text only");
      spend(searches, pattern, value);
      return pattern.isFoundIn(value);
    },
  };
}

/** @throws the library's EvaluationError when the text is too long, or all searches of the evaluation too much work */
function spend(searches: EvaluationContext["searches"], { size }: Pattern, { length }: string): void {
  const { patternText } = EXPRESSION_LIMITS;
  if (length > patternText) throw new EvaluationError(`the text has ${length} characters, and re2 reads at most ${patternText}`);
  searches.workLeft -= size * length;
  if (searches.workLeft < 0) throw new EvaluationError("the texts are too long for patterns of this size");
}
