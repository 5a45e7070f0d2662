import { parseExact } from "../../core/json/exact-json.ts";
import type { DecodedRequest } from "../dialect.ts";

/**
 * A caller's body with every digit of its numbers: tool arguments in its history may hold what a double cannot. Only requests
 * that are written anew pay for it. The text has been parsed before, so it does not throw.
 */
export function exactBody({ text }: Pick<DecodedRequest, "text">): DecodedRequest["body"] {
  return parseExact(text) as DecodedRequest["body"]; // an object: its surface has decoded it
}
