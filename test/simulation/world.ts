import type { Checks } from "./checks/checks.ts";
import type { HubSite } from "./hub-site.ts";
import type { LedgerSite } from "./ledger-site.ts";
import type { Policies } from "./policies.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import type { TraceHash } from "./trace-hash.ts";
import type { Upstream } from "./upstream.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { Wire } from "./wire.ts";

/** What everything in one simulation shares. */
export interface World {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly scenario: Scenario;
  readonly policies: Policies;
  readonly upstream: Upstream;
  readonly site: HubSite;
  readonly books: LedgerSite;
  readonly wire: Wire;
  readonly checks: Checks;
  readonly trace: TraceHash;
  /** Tells people what happens; null where nobody reads it. */
  readonly log: ((line: string) => void) | null;
}
