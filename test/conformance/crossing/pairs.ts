import { mapConcurrently } from "../faults/lab.ts";
import { type BackendName, PLAIN_BACKENDS } from "./backends.ts";
import type { Caller } from "./callers/caller.ts";
import { CALLERS } from "./callers/index.ts";

/** One caller's format in front of one backend's. */
export interface Pair {
  readonly caller: Caller;
  readonly backend: BackendName;
  readonly stream: boolean;
}

/** A promise that was not kept, and where. */
export type Finding = string;

/** Requests in flight at once: enough to overlap waiting, too few for the clock to matter. */
const WIDTH = 8;

/** Every caller × every backend, whole and streamed. */
export function pairsOf(
  callers: readonly Caller[] = CALLERS,
  backends: readonly BackendName[] = PLAIN_BACKENDS,
  streams: readonly boolean[] = [false, true],
): readonly Pair[] {
  return callers.flatMap((caller) => backends.flatMap((backend) => streams.map((stream): Pair => ({ caller, backend, stream }))));
}

export function nameOf({ backend, caller, stream }: Pair): string {
  return `${caller.name} → ${backend}, ${stream ? "streamed" : "whole"}`;
}

/** Tries every item; what is wrong with each, under its name. What is thrown is wrong too. */
export async function findWrong<Item>(
  items: readonly Item[],
  describe: (item: Item) => string,
  attempt: (item: Item) => Promise<readonly string[]>,
): Promise<readonly Finding[]> {
  const found = await mapConcurrently(items, WIDTH, async (item) => {
    const wrong = await attempt(item).catch((cause: unknown) => [String(cause)]);
    return wrong.map((what): Finding => `${describe(item)}: ${what}`);
  });
  return found.flat();
}

/** What is said of a value that is not the one wanted. */
export function differs(what: string, found: unknown, wanted: unknown): readonly string[] {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  return one === other ? [] : [`${what} is ${one}, not ${other}`];
}
