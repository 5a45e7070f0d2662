export type Parsed<Value> =
  | { readonly kind: "parsed"; readonly value: Value }
  | { readonly kind: "refused"; readonly message: string };

/** A command line that `parseArgs` refuses is a value here: its message belongs above the usage line, not in a stack trace. */
export function tryParse<Value>(parse: () => Value): Parsed<Value> {
  try {
    return { kind: "parsed", value: parse() };
  } catch (error) {
    return { kind: "refused", message: error instanceof Error ? error.message : String(error) };
  }
}
