import { FairleadError } from "../../core/errors.ts";
import type { Deps } from "../deps.ts";
import type { Settlement } from "./settle.ts";

/**
 * Stage: a place among this isolate's live streams, taken before an upstream is asked and given back when the answer has
 * ended. @throws FairleadError `too_many_streams`
 */
export function takeStream(settlement: Settlement, deps: Pick<Deps, "streams">): void {
  const { asked, policy } = settlement.subject;
  if (!asked.stream || settlement.holdsStream) return;
  if (!deps.streams.tryTake(policy.gateway.caps.liveStreams)) {
    const message = "This router carries as many streams as it can. Retry in 1 s.";
    settlement.refuse(new FairleadError("too_many_streams", message, { retryAfterSeconds: 1 }));
  }
  settlement.holdStream(() => deps.streams.release());
}
