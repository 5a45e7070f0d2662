import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import type { LinkedPolicy } from "../../core/policy/linked.ts";
import type { FoundCaller } from "../decision/caller-of.ts";
import type { Situation } from "../decision/situation-file.ts";
import type { RequestDescription } from "./request-file.ts";
import { unknownIds } from "./unknown-ids.ts";

interface Noted {
  readonly found: FoundCaller;
  readonly request: RequestDescription;
  readonly policy: LinkedPolicy;
  readonly compiled: CompiledPolicy;
  readonly situation: Situation;
  readonly given: { readonly seed: string | null; readonly onlyConfigured: boolean };
}

/** What was assumed where nothing was said, and what was said that means nothing here. */
export function collectNotes({ compiled, found, given, policy, request, situation }: Noted): readonly string[] {
  const { onlyConfigured, seed } = given;
  const skipped = policy.skipped.map(({ provider, variables }) => `${provider} (${variables.join(" or ")} is not set)`);
  return [
    onlyConfigured ? `left out: ${skipped.length === 0 ? "no provider" : skipped.join(", ")}` : "every credential counts as set",
    seed === null ? "every draw is 0.5" : `draws come from the seed '${seed}'`,
    ...callerNotes(found, request),
    ...unknownIds(situation, { caller: found.caller, compiled }),
  ];
}

function callerNotes({ caller, consumer, key }: FoundCaller, request: RequestDescription): readonly string[] {
  if (request.caller === undefined) return [];
  if (consumer === null) {
    return [
      `the policies have no Consumer ${caller.consumer} in tenant ${caller.tenant}: it has the roles and tags of the request, and may use every model`,
    ];
  }
  return request.key === undefined || key !== null ? [] : [`the Consumer ${consumer.name} has no key '${request.key}'`];
}
