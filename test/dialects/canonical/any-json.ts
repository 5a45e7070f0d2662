import * as fc from "fast-check";

/** JSON that may stand in a body, `maxDepth` deep: any but what is refused by the names of its keys, at any depth. */
export function anyJson(maxDepth: number): fc.Arbitrary<unknown> {
  return fc
    .jsonValue({ maxDepth })
    .map((value): unknown => JSON.parse(JSON.stringify(value)))
    .filter(isAllowed);
}

/** The same as a function's arguments: an object, as text. */
export function argumentsJson(key: fc.Arbitrary<string> = fc.string()): fc.Arbitrary<string> {
  return fc
    .dictionary(key, fc.jsonValue({ maxDepth: 1 }))
    .map((value) => JSON.stringify(value))
    .filter((text) => isAllowed(JSON.parse(text)));
}

function isAllowed(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(
    ([key, member]) => key !== "__proto__" && key !== "constructor" && !key.includes("\0") && isAllowed(member),
  );
}
