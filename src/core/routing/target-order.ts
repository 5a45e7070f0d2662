import type { TargetAccess } from "../access/access.ts";
import type { LinkedRoute, LinkedTarget } from "../policy/linked.ts";
import { type Candidate, choose } from "./balance.ts";
import { type Expanding, expandGroups, type Pool } from "./expand-groups.ts";
import { moreHopeful, type NoTarget, type Standing, standingOf, WHY_OUT_OF_ROTATION } from "./target-standing.ts";
import type { Kills, TargetView } from "./target-view.ts";

export interface Ordering extends Expanding {
  /** Which targets the caller may use; null: all. */
  readonly access: TargetAccess | null;
  readonly view: TargetView;
  /** What is switched off by now. */
  readonly kills: () => Kills;
  readonly now: number;
  /** [0, 1) */
  readonly draw: () => number;
  /** Whether a target that is out of rotation may be tried: not by what is only thought through. */
  readonly mayProbe: boolean;
}

/** Below this share of healthy weight a last group is in panic: to spare the rest, ejected targets are asked again. */
const PANIC_SHARE = 0.5;
/** What an ejected target is asked in panic, as a share of its weight. */
const PANIC_WEIGHT = 0.1;

/**
 * The targets of a route in the order in which one request asks them, found one at a time: pool after pool, inside a pool
 * by its balance, without those that are out of rotation, throttled, full, switched off or not wanted by the caller. While
 * any target is ready an ejected one is asked only in panic; when none is, all ejected ones are; and when those that were
 * ready have failed, one that is half-open is probed.
 */
export class TargetOrder {
  readonly #route: LinkedRoute;
  readonly #ordering: Ordering;
  readonly #pools: readonly Pool[];
  /** Asked or passed over: a target that stands in two pools is asked once. */
  readonly #seen = new Set<string>();
  readonly #ejected: Candidate[] = [];
  #probe: LinkedTarget | null = null;
  #next = 0;
  #pool: Pool | null = null;
  #candidates: Candidate[] = [];
  /** Ejected targets of the last pool that are asked now and then although others are ready. */
  #panicked: Candidate[] = [];
  /** Not ready when their pool's turn came. */
  #passed: LinkedTarget[] = [];
  #isPanic = false;
  #now: number;
  #given = 0;
  #noTarget: NoTarget = { kind: "none" };

  constructor(route: LinkedRoute, ordering: Ordering) {
    this.#route = route;
    this.#ordering = ordering;
    this.#now = ordering.now;
    this.#pools = expandGroups(route, ordering);
  }

  /** Why `next` gave nothing although nothing was asked. */
  get noTarget(): NoTarget {
    return this.#noTarget;
  }

  /** `now` where time has passed since the last one: how targets stand is seen anew. */
  next(now = this.#now): LinkedTarget | null {
    if (now > this.#now) this.#lookAgain(now);
    for (;;) {
      if (this.#probe !== null) return this.#takeProbe(this.#probe);
      if (this.#candidates.length + this.#panicked.length > 0 && this.#pool !== null) return this.#take(this.#pool);
      if (!this.#enterPool() && !this.#panic() && !this.#lookBack() && !this.#probePassed()) return null;
    }
  }

  /** Who could be asked when its pool's turn came may not be any more. */
  #lookAgain(now: number): void {
    this.#now = now;
    const isStill = (isPanic: boolean, { target }: Candidate): boolean => {
      const { kind } = this.#stand(target);
      const may = kind === "ready" || (isPanic && kind !== "out");
      if (!may) this.#passed.push(target);
      return may;
    };
    this.#candidates = this.#candidates.filter((candidate) => isStill(this.#isPanic, candidate));
    this.#panicked = this.#panicked.filter((candidate) => isStill(true, candidate));
  }

  /** Nobody is left: who was not ready then may be by now. False when that is nobody. */
  #lookBack(): boolean {
    const ready = this.#passed.filter((target) => this.#stand(target).kind === "ready");
    if (ready.length === 0) return false;
    this.#passed = this.#passed.filter((target) => !ready.includes(target));
    this.#candidates = ready.map((target) => this.#candidateOf(target));
    this.#pool = { name: "passed over", balance: { kind: "weighted" }, targets: [], heldPart: null };
    return true;
  }

  /** How many `next` would still give, counted up to `most`, without probes; while nothing was given, only those that are ready. */
  countRemaining(most: number): number {
    let count = this.#candidates.length + this.#panicked.length;
    if (count >= most || this.#next >= this.#pools.length) return Math.min(count, most);
    const seen = new Set(this.#seen);
    for (let index = this.#next; index < this.#pools.length && count < most;) {
      let ready = 0;
      let ejected = 0;
      const { isPanic, next } = this.#survey(index, seen, (_, { kind }) => {
        if (kind === "ready") ready += 1;
        else if (kind !== "out") ejected += 1;
      });
      count += isPanic ? ready + ejected : ready;
      index = next;
    }
    return Math.min(count, most);
  }

  #take(pool: Pool): LinkedTarget {
    const { draw, facts, trace, view } = this.#ordering;
    const candidates = this.#listToAsk();
    const index = choose(pool.balance, candidates, { facts, view, now: this.#now, draw });
    const [chosen] = candidates.splice(index, 1);
    if (chosen === undefined) throw new Error("A pool without candidates was chosen from.");
    if (this.#passed.length > 0) this.#passed = this.#passed.filter((target) => target !== chosen.target);
    this.#given += 1;
    if (trace !== null) {
      const reason = `${this.#when()}, ${pool.balance.kind} among ${candidates.length + 1}`;
      trace.note({ level: 2, subject: `target ${chosen.target.label}`, verdict: "taken", reason });
    }
    return chosen.target;
  }

  #when(): string {
    return this.#given === 1 ? "asked first" : `asked when ${this.#given - 1} before it failed`;
  }

  /** In panic the weights decide whether an ejected one is asked, whatever else the balance goes by. */
  #listToAsk(): Candidate[] {
    if (this.#panicked.length === 0) return this.#candidates;
    if (this.#candidates.length === 0) return this.#panicked;
    const ejected = weightOf(this.#panicked);
    const isEjectedNext = this.#ordering.draw() * (ejected + weightOf(this.#candidates)) < ejected;
    return isEjectedNext ? this.#panicked : this.#candidates;
  }

  #takeProbe(target: LinkedTarget): LinkedTarget {
    this.#probe = null;
    this.#passed = this.#passed.filter((passed) => passed !== target);
    this.#given += 1;
    const reason = `${this.#when()}, to see whether it answers again`;
    this.#ordering.trace?.note({ level: 2, subject: `target ${target.label}`, verdict: "taken", reason });
    return target;
  }

  /** The candidates of the next pool; false when there is no other. */
  #enterPool(): boolean {
    const pool = this.#pools[this.#next];
    if (pool === undefined) return false;
    this.#pool = pool;
    const reason = `balance ${pool.balance.kind}`;
    this.#ordering.trace?.note({ level: 1, subject: `group ${pool.name}`, verdict: "taken", reason });
    const probes: Candidate[] = [];
    const ejected: Candidate[] = [];
    const { isPanic, next } = this.#survey(this.#next, this.#seen, (target, standing) => {
      this.#note(target, standing);
      if (standing.kind === "ready") {
        this.#candidates.push(this.#candidateOf(target));
        return;
      }
      this.#passed.push(target);
      if (standing.kind !== "out")
        (standing.kind === "probe" ? probes : ejected).push({ target, weight: target.weight * PANIC_WEIGHT });
    });
    this.#next = next;
    ejected.push(...this.#chooseProbe(probes));
    (isPanic ? this.#panicked : this.#ejected).push(...ejected);
    return true;
  }

  /**
   * How the targets of a pool stand that were not seen before. `next`: the index of the pool that follows. `isPanic`: no
   * pool with anybody to ask follows, somebody is ready, and too few are.
   */
  #survey(
    index: number,
    seen: Set<string>,
    visit: (target: LinkedTarget, standing: Standing) => void,
  ): { readonly isPanic: boolean; readonly next: number } {
    const { heldPart = null, targets = [] } = this.#pools[index] ?? {};
    const weights = { all: 0, ejected: 0 };
    let isFull = false;
    let isAnyReady = false;
    for (const target of targets) {
      if (seen.has(target.id)) continue;
      seen.add(target.id);
      const standing = this.#stand(target);
      weights.all += target.weight;
      if (standing.kind === "ready") isAnyReady = true;
      else if (standing.kind === "out") isFull ||= standing.why.kind === "full";
      else weights.ejected += target.weight;
      visit(target, standing);
    }
    const isIll = isAnyReady && weights.ejected > weights.all * (1 - PANIC_SHARE);
    const next = this.#after(index, isFull ? heldPart : null);
    return { isPanic: isIll && this.#isLast(next, seen), next };
  }

  /** The pool after one that has room, or else the first that is no farther part of the same group. */
  #after(index: number, heldPart: Pool["heldPart"]): number {
    let next = index + 1;
    if (heldPart !== null) while (this.#pools[next]?.heldPart === heldPart) next += 1;
    return next;
  }

  #isLast(next: number, seen: ReadonlySet<string>): boolean {
    return this.#pools.slice(next).every(({ targets }) => targets.every(({ id }) => seen.has(id)));
  }

  /** A probe is a real request: it goes first, and only where another target can answer if it fails. The rest is given back. */
  #chooseProbe(probes: readonly Candidate[]): readonly Candidate[] {
    const { draw, mayProbe, view } = this.#ordering;
    if (!mayProbe || probes.length === 0 || this.#given > 0 || this.#probe !== null || this.countRemaining(1) === 0)
      return probes;
    const chosen = probes.find(({ target }) => view.tryProbe(target.id, this.#now, draw()));
    this.#probe = chosen?.target ?? null;
    return probes.filter((probe) => probe !== chosen);
  }

  /** Nobody was ready: whoever is ejected is asked after all. False when that is nobody either. */
  #panic(): boolean {
    if (this.#given > 0 || this.#ejected.length === 0) return false;
    this.#isPanic = true;
    this.#candidates = this.#ejected.splice(0);
    this.#pool = { name: "ejected", balance: { kind: "weighted" }, targets: [], heldPart: null };
    const reason = "nobody else can be asked, so those out of rotation are";
    this.#ordering.trace?.note({ level: 1, subject: "group ejected", verdict: "taken", reason });
    return true;
  }

  /** All who were ready have failed: one that is half-open may answer by now. False when there is none, or no permit. */
  #probePassed(): boolean {
    const { draw, mayProbe, view } = this.#ordering;
    if (!mayProbe || this.#given === 0) return false;
    const halfOpen = this.#passed.filter((target) => this.#stand(target).kind === "probe");
    this.#probe = halfOpen.find(({ id }) => view.tryProbe(id, this.#now, draw())) ?? null;
    return this.#probe !== null;
  }

  #candidateOf(target: LinkedTarget): Candidate {
    return { target, weight: target.weight * this.#ordering.view.slowStart(target.id, this.#now) };
  }

  #stand(target: LinkedTarget): Standing {
    return standingOf(target, { ordering: this.#ordering, now: this.#now, priority: this.#route.priority });
  }

  #note(target: LinkedTarget, standing: Standing): void {
    if (standing.kind === "out") this.#noTarget = moreHopeful(this.#noTarget, standing.why);
    const { trace } = this.#ordering;
    if (trace === null || standing.kind === "ready") return;
    const reason = standing.kind === "out" ? standing.reason : WHY_OUT_OF_ROTATION[standing.kind];
    trace.note({ level: 2, subject: `target ${target.label}`, verdict: "passed over", reason });
  }
}

function weightOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { weight }) => sum + weight, 0);
}
