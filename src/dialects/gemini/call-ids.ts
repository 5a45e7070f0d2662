import { refuse } from "../canonical/check-fields.ts";
import { stableHash } from "../canonical/stable-hash.ts";

/** An id for a call that has none: of a seed and the call's number, so that the same call always has the same one. */
export function mintCallId(seed: string, number: number): string {
  return `call_${stableHash(`${seed}:${number}`).slice(0, 24)}`;
}

/** Pairs the calls of a history with their results: by id where there is one, else by name and order. */
export interface CallIds {
  call(name: string, id: string | null): string;
  /** @throws FairleadError 400 where no call waits for this result */
  answered(name: string, id: string | null, path: string): string;
}

/** Ids for one history, front to back. The same beginning gives the same ids, so that prompt caches match. */
export function createCallIds(): CallIds {
  const waiting: { readonly id: string; readonly name: string }[] = [];
  let calls = 0;
  return {
    call(name, given) {
      const id = given ?? mintCallId(name, calls);
      calls += 1;
      waiting.push({ id, name });
      return id;
    },
    answered(name, id, path) {
      const byId = id === null ? -1 : waiting.findIndex((call) => call.id === id);
      const at = byId === -1 ? waiting.findIndex((call) => call.name === name) : byId;
      const [call] = at === -1 ? [] : waiting.splice(at, 1);
      if (call === undefined) {
        refuse("invalid_value", `'${path}' answers no functionCall before it.`, `${path}.functionResponse`);
      }
      return call.id;
    },
  };
}
