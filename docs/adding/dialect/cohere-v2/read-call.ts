import { isRecord } from "../../core/json/is-record.ts";
import { stableHash } from "../canonical/stable-hash.ts";

/** A call without arguments may come with this word for them. */
export const NO_ARGUMENTS = "null";

/** A tool call as a whole answer has it, or as a stream begins it. */
interface ReadCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** `position` is its place among the answer's calls: from it and `seed` an id is minted where none came. Null without a name. */
export function readCall(value: unknown, position: number, seed: string): ReadCall | null {
  const called: unknown = isRecord(value) ? value["function"] : null;
  if (!isRecord(value) || !isRecord(called)) return null;
  const { arguments: text, name } = called;
  const { id } = value;
  if (typeof name !== "string" || name === "") return null;
  return {
    id: typeof id === "string" && id !== "" ? id : `call_${stableHash(`${seed} ${position}`).slice(0, 24)}`,
    name,
    arguments: typeof text === "string" && text !== NO_ARGUMENTS ? text : "",
  };
}
