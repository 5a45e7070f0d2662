import { mayLoseDigits, parseExact } from "../../core/json/exact-json.ts";
import type { DecodedRequest } from "../dialect.ts";

/**
 * A caller's body with every digit of its numbers: tool arguments in its history may hold what a double cannot. Only requests
 * that are written anew pay for it, and of those only what holds such numbers. The text has been parsed before, so it does not throw.
 */
export function exactBody({ body, text }: Pick<DecodedRequest, "body" | "text">): DecodedRequest["body"] {
  return mayLoseDigits(text) ? (parseExact(text) as DecodedRequest["body"]) : body; // an object: its surface has decoded it
}
