import { ERROR_TABLE, type ErrorCode, FairleadError } from "../../core/errors.ts";
import type { LinkedPolicy } from "../../core/policy/linked.ts";
import type { NoTarget } from "../../core/routing/target-standing.ts";

/** What a caller is told who gets no target's answer. */
export interface Ending {
  readonly status: number;
  /** Null where it is no error: the router's own count of tokens. */
  readonly code: ErrorCode | null;
  readonly message: string;
  /** When a repeat may help; null when nothing is said. */
  readonly retryAfterSeconds: number | null;
  /** SDKs are told not to repeat it: `x-should-retry: false`. */
  readonly isFinal: boolean;
}

/** An error as a caller sees it. */
export function endingOf({ attemptsSpent, code, message, retryAfterSeconds }: FairleadError): Ending {
  return { status: ERROR_TABLE[code].status, code, message, retryAfterSeconds, isFinal: attemptsSpent };
}

/** The router's own count of tokens, in place of a target (`provider/model`) that counts none. */
export function endingByCount(target: string): Ending {
  const message = `${target} counts no tokens and is not asked: the answer is the router's own estimate.`;
  return { status: 200, code: null, message, retryAfterSeconds: null, isFinal: false };
}

/** What a caller is told where nobody can be asked at all. */
export function endingWithoutTarget(noTarget: NoTarget, routeId: string, policy: LinkedPolicy): Ending {
  switch (noTarget.kind) {
    case "throttled": {
      const retryAfterSeconds = noTarget.waitMs / 1_000;
      return refusal("rate_limit_exceeded", `Every target of route ${routeId} asked to be left alone.`, { retryAfterSeconds });
    }
    case "full": {
      const message = `Every target of route ${routeId} has all the requests it can take.`;
      return refusal("server_is_overloaded", message, { retryAfterSeconds: 1 });
    }
    case "credentials": {
      const message = `Every target of route ${routeId} refuses its credentials.`;
      return refusal("upstream_credentials_exhausted", message, { attemptsSpent: true });
    }
    case "killed":
      return unavailable(routeId, "they were switched off");
    case "access":
      return refusal("target_not_allowed", `The caller's access covers no target of route ${routeId}.`);
    case "preferences":
      return unavailable(routeId, "'x-fairlead-prefer' leaves none of them");
    case "none": {
      const missing = policy.skipped.flatMap(({ variables }) => variables);
      return unavailable(routeId, missing.length === 0 ? "none is left" : `set ${missing.join(" or ")}`);
    }
  }
}

function unavailable(routeId: string, why: string): Ending {
  return refusal("no_target_available", `No target of route ${routeId} can be used: ${why}.`);
}

function refusal(code: ErrorCode, message: string, detail: ConstructorParameters<typeof FairleadError>[2] = {}): Ending {
  return endingOf(new FairleadError(code, message, detail));
}
