import type { HealthSnapshot } from "../../../src/core/health/health-snapshot.ts";
import type { HubSite } from "../hub-site.ts";
import type { Isolate } from "../isolate.ts";
import type { Ending, Request } from "../request.ts";
import type { Violate } from "./violations.ts";

/** By then every attempt that began while something was wrong has ended, and its end is known everywhere. */
export const SETTLE_MS = 20_000;
/** After everything that was imposed is over, so long until everybody is answered. */
const ANSWER_MS = 40_000;
/** And so long until everything is in rotation: three probes, each with a permit that is asked for, given and used by requests. */
const RETURN_MS = 90_000;

/** I10: when nothing is wrong any more, everybody is answered and everything comes back. */
export class Recovery {
  readonly #violate: Violate;
  /** True times. */
  #answersFrom = Infinity;
  #returnedBy = Infinity;

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  /** Nothing is wrong any more; what was imposed before lasts until its time is over. */
  settle(isolates: readonly Isolate[], site: HubSite, now: number): void {
    const { ejected, throttled, credentials } = site.hub.answer("an onlooker", site.now);
    const waits = [
      ...isolates.flatMap((isolate) => waitsOf(isolate.health.snapshot(isolate.now))),
      ...[...ejected, ...throttled, ...credentials].map(({ forMs }) => forMs),
    ];
    const longest = Math.max(0, ...waits);
    this.#answersFrom = now + longest + ANSWER_MS;
    this.#returnedBy = now + longest + RETURN_MS;
  }

  /** When everything must be back; true time. */
  get returnedBy(): number {
    return this.#returnedBy;
  }

  requestEnded({ asked, isolate, beganAt }: Request, ending: Ending): void {
    if (beganAt < this.#answersFrom) return;
    const isDenied = ending.kind === "refused" && ending.code === "over_budget";
    if (ending.kind === "ok" || ending.kind === "left" || isDenied) return;
    const why = ending.kind === "refused" ? `refused: ${ending.code}` : ending.kind;
    this.#violate("I10", `r${asked.id} of ${isolate.id} is ${why} although nothing is wrong`);
  }

  /** At the end everything is free, and those that are asked first (`front`) are in rotation. */
  end(isolates: readonly Isolate[], front: ReadonlySet<string>, now: number): void {
    if (now < this.#returnedBy) return;
    for (const isolate of isolates) {
      const { credentials, targets } = isolate.health.snapshot(isolate.now);
      for (const [id, { standing, throttledForMs }] of Object.entries(targets)) {
        if (standing !== "ready" && front.has(id))
          this.#violate("I10", `${id} is ${standing} in ${isolate.id} although nothing is wrong`);
        for (const credential of Object.keys(throttledForMs))
          this.#violate("I10", `${credential} pauses at ${id} in ${isolate.id} although nothing is wrong`);
      }
      // One that is being tried is kept from others until that is over.
      const tried = new Set([...isolate.open].map(({ at }) => at.credential.id));
      for (const id of Object.keys(credentials))
        if (!tried.has(id)) this.#violate("I10", `${id} is blocked in ${isolate.id} although nothing is wrong`);
    }
  }
}

function waitsOf({ credentials, targets }: HealthSnapshot): readonly number[] {
  return [
    ...Object.values(targets).flatMap(({ ejectedForMs, throttledForMs }) => [ejectedForMs, ...Object.values(throttledForMs)]),
    ...Object.values(credentials).map(({ blockedForMs }) => blockedForMs),
  ];
}
