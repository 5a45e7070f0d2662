import { Checks } from "./checks/checks.ts";
import { SETTLE_MS } from "./checks/recovery.ts";
import type { Violation } from "./checks/violations.ts";
import { HubSite } from "./hub-site.ts";
import { Isolate } from "./isolate.ts";
import { LedgerSite } from "./ledger-site.ts";
import { LocalClock } from "./local-clock.ts";
import { MODELS, Policies } from "./policies.ts";
import { Random } from "./random.ts";
import { type Asked, Request } from "./request.ts";
import { drawScenario } from "./scenario.ts";
import { TraceHash } from "./trace-hash.ts";
import { nextArrival } from "./traffic.ts";
import { Upstream } from "./upstream.ts";
import { VirtualTime } from "./virtual-time.ts";
import { Wire } from "./wire.ts";
import type { World } from "./world.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** Of virtual time; at least 150, of which the last 110 are without faults. */
  readonly seconds: number;
  /** Is told what happens, line by line. */
  readonly log?: (line: string) => void;
}

export interface SimulationResult {
  readonly seed: number;
  readonly ok: boolean;
  readonly violations: readonly Violation[];
  /** Two runs of one seed agree in it. */
  readonly traceHash: string;
  readonly counts: Checks["counts"];
  /** Whether it lasted long enough to see everything come back. */
  readonly sawRecovery: boolean;
}

/** Runs isolates, targets, hub and network through all that a seed holds for them. Nothing but the seed decides anything. */
export async function runSimulation({ log, seconds, seed }: SimulationOptions): Promise<SimulationResult> {
  const simulation = new Simulation(seed, seconds, log ?? null);
  return { seed, ...(await simulation.run()) };
}

class Simulation {
  readonly #world: World;
  readonly #isolates: Isolate[];
  #requests = 0;

  constructor(seed: number, seconds: number, log: World["log"]) {
    const random = new Random(seed);
    const scenario = drawScenario(random, seconds);
    const time = new VirtualTime();
    const { drift, offsetMs } = scenario.hubClock;
    const site = new HubSite(time, random, new LocalClock(offsetMs, drift));
    const books = new LedgerSite(time, new LocalClock(offsetMs, drift));
    const upstream = new Upstream(scenario.targets, random);
    const trace = new TraceHash();
    const checks = new Checks({ time, site, scenario, upstream, trace, log });
    const policies = new Policies(scenario.fleet);
    const world: World = {
      time,
      random,
      scenario,
      policies,
      upstream,
      site,
      books,
      checks,
      trace,
      log,
      wire: new Wire(() => world),
    };
    this.#world = world;
    this.#isolates = scenario.isolates.map((plan, index) => new Isolate(world, { index, life: 0, plan }));
  }

  async run(): Promise<Omit<SimulationResult, "seed">> {
    const { books, checks, policies, scenario, site, time, trace } = this.#world;
    checks.happened(`wrong: ${scenario.wrong.join(", ")}`);
    this.#plan();
    await time.runAwaitingUntil(scenario.calmFrom + SETTLE_MS);
    checks.recovery.settle(this.#isolates, site, time.now);
    await time.runAwaitingUntil(scenario.endsAt);
    checks.recovery.end(this.#isolates, policies.front, time.now);
    checks.ended(books);
    const { counts, recovery, violations } = checks;
    const sawRecovery = recovery.returnedBy <= scenario.endsAt;
    return { ok: violations.length === 0, violations, traceHash: trace.digest(), counts, sawRecovery };
  }

  /** Everything that comes by the clock. */
  #plan(): void {
    const { books, checks, scenario, site, time } = this.#world;
    for (const [index, plan] of scenario.isolates.entries()) {
      this.#awaitArrival(index);
      for (const [life, at] of plan.restarts.entries()) time.at(at, () => this.#restart(index, life + 1));
    }
    for (const at of scenario.hubRestarts) {
      time.at(at, () => {
        site.restart();
        books.restart();
        checks.hubRestarted();
      });
    }
    for (const step of scenario.steps) {
      time.at(step.at, () => {
        const isMade = site.change(step);
        checks.changed(`an administrator's ${step.kind} is ${isMade ? "made" : "refused"}: ${JSON.stringify(step)}`);
      });
    }
  }

  #restart(index: number, life: number): void {
    const { checks } = this.#world;
    const before = this.#isolates[index];
    if (before === undefined) return;
    before.die();
    this.#isolates[index] = new Isolate(this.#world, { index, life, plan: before.plan });
    checks.happened(`${before.id} dies`);
  }

  #awaitArrival(index: number): void {
    const { random, scenario, time } = this.#world;
    const at = nextArrival(scenario.isolates[index]?.traffic ?? [], time.now, random);
    if (at === null) return;
    time.at(at, () => {
      const isolate = this.#isolates[index];
      if (isolate !== undefined) new Request(this.#world, isolate, this.#draw()).begin();
      this.#awaitArrival(index);
    });
  }

  #draw(): Asked {
    const { random, scenario, time } = this.#world;
    const caller = random.pick(scenario.callers);
    this.#requests += 1;
    return {
      id: this.#requests,
      caller,
      model: random.pick(MODELS),
      isStream: random.chance(0.7),
      characters: random.whole(40, 4_000),
      // In the calm nobody is refused: what recovers needs requests.
      limits: scenario.isLimited && time.now < scenario.calmFrom ? limitsOf(caller) : [],
    };
  }
}

/** A minute's tokens, a month's, and requests under way; those of some callers fail open or closed. */
function limitsOf(caller: string): Asked["limits"] {
  const failureMode = FAILURE_MODES[caller.length % FAILURE_MODES.length] ?? "local";
  const common = { label: caller, models: [], batchPercent: 100, failureMode };
  return [
    { ...common, id: `${caller}/minute`, meter: "tokens", limit: 20_000, window: { kind: "sliding", ms: 60_000 } },
    {
      ...common,
      id: `${caller}/month`,
      meter: "tokens",
      limit: 90_000,
      window: { kind: "calendar", unit: "month", timeZone: "UTC" },
    },
    ...(caller.endsWith("0")
      ? [{ ...common, id: `${caller}/places`, meter: "concurrency" as const, limit: 3, window: { kind: "now" as const } }]
      : []),
  ];
}

const FAILURE_MODES = ["local", "open", "closed"] as const;
