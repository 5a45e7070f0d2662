import { nearestName } from "./nearest-name.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { Consumer } from "./schema/consumer.ts";

interface TokenContext {
  /** Names of the gateway's issuers. */
  readonly issuers: readonly string[];
  readonly isIncomplete: boolean;
  readonly report: Report;
}

interface Match {
  readonly object: PolicyObject<Consumer>;
  readonly index: number;
  readonly claims: Readonly<Record<string, string>>;
}

/** Reports issuers that do not exist, and tokens that could be two consumers': those must differ in a claim that both state. */
export function checkTokens(objects: readonly PolicyObject<Consumer>[], { issuers, isIncomplete, report }: TokenContext): void {
  const seen = new Map<string, Match[]>();
  for (const object of objects) {
    for (const [index, { claims, issuer }] of (object.body.spec.tokens ?? []).entries()) {
      if (!issuers.includes(issuer) && !isIncomplete) {
        const suggestion = nearestName(issuer, issuers);
        const place = placeIn(object, "spec", "tokens", index, "issuer");
        report(createProblem("unknown_issuer", place, { found: quoted(issuer), allowed: issuers, suggestion }));
      }
      const others = seen.get(issuer) ?? [];
      seen.set(issuer, others);
      reportOverlap({ object, index, claims }, others, report);
      others.push({ object, index, claims });
    }
  }
}

function reportOverlap(match: Match, others: readonly Match[], report: Report): void {
  const other = others.find((each) => each.object !== match.object && !differ(each.claims, match.claims));
  if (other === undefined) return;
  const place = placeIn(match.object, "spec", "tokens", match.index, "claims");
  const allowed = ["claims of which one has another value there"];
  report(createProblem("ambiguous_tokens", place, { found: `what consumer ${other.object.id} has`, allowed }));
}

function differ(left: Match["claims"], right: Match["claims"]): boolean {
  return Object.entries(left).some(([claim, value]) => Object.hasOwn(right, claim) && right[claim] !== value);
}
