import { hashApiKey } from "../core/hash-api-key.ts";

/** An unknown key is hashed against this all the same, so that the time taken tells nothing about which ids exist. */
const NO_HASH = `v1:${"0".repeat(64)}`;

/** Whether a key is the one behind a stored hash (`v1:<hex>`). Takes the same time when there is none. */
export async function verifyApiKey(
  apiKey: string,
  stored: string | undefined,
  readPepper: (version: string) => string | undefined,
): Promise<boolean> {
  const [version = "", expected = ""] = (stored ?? NO_HASH).split(":");
  const pepper = readPepper(version);
  const actual = await hashApiKey(apiKey, pepper ?? "unknown-pepper");
  return constantTimeEqual(actual, expected) && stored !== undefined && pepper !== undefined;
}

/** Both sides are 64 hex digits of a MAC; the loop never ends early. */
function constantTimeEqual(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
