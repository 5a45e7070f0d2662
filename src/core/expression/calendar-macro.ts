import { EvaluationError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import { type Macro, type MacroCall, readLiteral, requireNode, requireType } from "./macro.ts";
import { findZoneClock, type ZoneClock } from "./zone-clock.ts";

/** The library's name of CEL's timestamp. */
export const TIMESTAMP = "google.protobuf.Timestamp";

/** `now.getHours('Europe/Berlin')` and the like: a part of an instant's local time in a zone that is found when the call is checked. */
export function createCalendarMacro(read: (time: Date) => number): (call: MacroCall) => Macro {
  return ({ args, receiver }) => {
    const instant = requireNode(receiver);
    const literal = requireNode(args[0]);
    let clock: ZoneClock | null = null;
    return {
      async: false,
      typeCheck: (checker, _macro, variables) => {
        requireType(instant, TIMESTAMP, checker.check(instant, variables));
        clock = findZoneClock(readLiteral(literal) ?? "");
        if (clock === null) throw new CelTypeError({ code: "unknown_zone", message: "no such time zone", node: literal });
        return checker.getType("int");
      },
      evaluate: (evaluator, _macro, variables) => {
        const value = evaluator.run(instant, variables);
        if (clock === null || !(value instanceof Date)) throw new EvaluationError("the calendar reads timestamps only");
        return BigInt(read(new Date(value.getTime() + clock.offsetMs(value.getTime()))));
      },
    };
  };
}
