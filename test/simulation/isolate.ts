import { createMemoryHealth } from "../../src/adapters/memory/health.ts";
import { LivePolicies } from "../../src/core/control/live-policies.ts";
import { IsolateHealth } from "../../src/core/health/isolate-health.ts";
import type { LinkedTarget } from "../../src/core/policy/linked.ts";
import { createHedgeBudget, type HedgeBudget } from "../../src/core/routing/hedge-budget.ts";
import { createRetryBudget, type RetryBudget } from "../../src/core/routing/retry-budget.ts";
import { Control } from "../../src/pipeline/control.ts";
import { IsolateLedger } from "../../src/pipeline/isolate-ledger.ts";
import type { Health } from "../../src/ports/health.ts";
import type { Exchange } from "./exchange.ts";
import { LocalClock } from "./local-clock.ts";
import { BUNDLED, GATEWAY } from "./policies.ts";
import type { IsolatePlan } from "./scenario.ts";
import type { World } from "./world.ts";

/** One life of an isolate: what the composition root puts together, on a clock of its own. */
export class Isolate {
  readonly index: number;
  readonly id: string;
  readonly plan: IsolatePlan;
  readonly health: IsolateHealth;
  readonly view: Health;
  readonly control: Control;
  readonly policies: LivePolicies;
  readonly retryBudget: RetryBudget;
  readonly hedgeBudget: HedgeBudget = createHedgeBudget();
  readonly books: IsolateLedger;
  /** All that its policies can name. */
  readonly targets: readonly LinkedTarget[];
  readonly bornAt: number;
  isAlive = true;
  /** Attempts under way. */
  readonly open = new Set<Exchange>();
  /** The target that the permit taken last is for; whoever uses it sets it back. */
  permit: string | null = null;
  /** Whether the retry budget refused when it was asked last. */
  isBudgetSpent = false;
  #slices = 0;
  readonly #world: World;
  readonly #clock: LocalClock;

  constructor(
    world: World,
    { index, life, plan }: { readonly index: number; readonly life: number; readonly plan: IsolatePlan },
  ) {
    this.#world = world;
    this.index = index;
    this.plan = plan;
    this.id = `isolate-${index}-${life}`;
    this.#clock = new LocalClock(plan.offsetMs, plan.drift);
    this.targets = world.policies.targets;
    this.bornAt = world.time.now;
    this.health = new IsolateHealth(this.id, this.now);
    this.view = this.#watchPermits(createMemoryHealth(this.health));
    this.retryBudget = this.#watchRefusals(createRetryBudget(GATEWAY.retryBudget));
    this.policies = new LivePolicies(world.policies.link(BUNDLED), BUNDLED.digest);
    this.control = this.#createControl();
    this.books = new IsolateLedger({
      ledger: { exchange: (_tenant, question) => world.wire.askLedger(this, question) },
      isolate: this.id,
      newId: () => `slice-${this.id}-${(this.#slices += 1)}`,
      alarms: { raise: () => undefined },
    });
  }

  /** What its clock shows, epoch milliseconds. */
  get now(): number {
    return this.#clock.at(this.#world.time.now);
  }

  /** After `ms` by its clock, if it lives then. */
  after(ms: number, run: () => void, wakes = false): void {
    const alive = (): void => {
      if (this.isAlive) run();
    };
    this.#world.time.at(this.#clock.when(this.now + ms), alive, wakes);
  }

  /** Everything it had under way ends with it. */
  die(): void {
    this.isAlive = false;
    for (const { target } of this.open) this.#world.upstream.end(target);
  }

  #createControl(): Control {
    const { policies, wire } = this.#world;
    return new Control({
      hub: { sync: (question) => wire.ask(this, question) },
      plane: {
        document: async (digest) => {
          const isSound = await wire.fetchDocument(this, digest);
          return isSound === null ? null : String(isSound);
        },
      },
      keys: { epoch: 0, follow: () => undefined },
      health: this.health,
      policies: this.policies,
      link: async (document, ref) => (document === "true" ? policies.link(ref) : null),
    });
  }

  #watchPermits(health: Health): Health {
    const tryProbe: Health["tryProbe"] = (targetId, now, draw) => {
      const isGiven = health.tryProbe(targetId, now, draw);
      if (isGiven) this.permit = targetId;
      return isGiven;
    };
    return { ...health, tryProbe };
  }

  #watchRefusals(budget: RetryBudget): RetryBudget {
    const tryTake: RetryBudget["tryTake"] = (now, isFailing) => {
      const isTaken = budget.tryTake(now, isFailing);
      this.isBudgetSpent = !isTaken;
      return isTaken;
    };
    return { recordFirst: budget.recordFirst, tryTake };
  }
}
