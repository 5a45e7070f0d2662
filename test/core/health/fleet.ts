import { decodeHubAnswer, decodeHubReport } from "../../../src/core/health/decode-hub-messages.ts";
import { Hub } from "../../../src/core/health/hub.ts";
import { IsolateHealth } from "../../../src/core/health/isolate-health.ts";
import type { AttemptOutcome } from "../../../src/core/health/outcome.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { Observer } from "./observer.ts";
import { VirtualTime } from "../../simulation/virtual-time.ts";

export const START = 1_800_000_000_000;

/** What a target does to an attempt: how it ends, after how long. */
export interface Reaction {
  readonly outcome: AttemptOutcome;
  readonly afterMs: number;
}

export interface FleetOptions {
  readonly seed: number;
  readonly isolates: number;
  /** Requests a second of one isolate. */
  readonly rate: number;
  readonly targets: readonly string[];
  /** What `target` does to an attempt of isolate `isolate` that begins now. */
  readonly react: (target: string, sinceStartMs: number, isolate: number) => Reaction;
  /** Messages between an isolate and the hub take up to so long, each way. */
  readonly delayMs: number;
  /** Share of reports that are lost, or whose answer is, though no two of an isolate in a row; 1 loses all. */
  readonly loss: number;
  /** Share of messages that come twice. */
  readonly repeated: number;
  /** Asks ejected targets where nothing else is left. Default true. */
  readonly panics?: boolean;
}

export const CREDENTIAL = "default/p#key";

/** Isolates with traffic, a hub and a network between them, in virtual time. Everything follows from the seed. */
export class Fleet {
  readonly time = new VirtualTime(START);
  readonly observer: Observer;
  readonly isolates: readonly IsolateHealth[];
  hub = new Hub(START);
  readonly #draw: () => number;
  readonly #options: Required<FleetOptions>;
  /** Isolates whose last report, or its answer, was lost. */
  readonly #unlucky = new Set<number>();

  constructor(options: FleetOptions) {
    this.#options = { panics: true, ...options };
    this.#draw = createDraw(options.seed);
    this.isolates = Array.from({ length: options.isolates }, (_, index) => new IsolateHealth(`isolate-${index}`, START));
    this.observer = new Observer(this.isolates, options.targets);
    for (const index of this.isolates.keys()) this.#arrive(index);
    this.#observe();
  }

  /** Runs until so long after the start. */
  runUntil(sinceStartMs: number): void {
    this.time.runUntil(START + sinceStartMs);
  }

  /** The hub forgets everything. */
  restartHub(): void {
    this.hub = new Hub(this.time.now);
  }

  /** Looks at every target of every isolate ten times a second. */
  #observe(): void {
    this.observer.look(this.time.now);
    this.time.after(100, () => this.#observe());
  }

  #arrive(index: number): void {
    const pauseMs = (-Math.log(1 - this.#draw()) * 1_000) / this.#options.rate;
    this.time.after(pauseMs, () => {
      this.#request(index, new Set());
      this.#sync(index);
      this.#arrive(index);
    });
  }

  #request(index: number, asked: Set<string>): void {
    const health = this.isolates[index];
    const target = health === undefined ? undefined : this.#choose(health, asked);
    if (health === undefined || target === undefined) return;
    asked.add(target);
    const { now } = this.time;
    const standing = health.standing(target, now);
    const attempt = health.begin(target, CREDENTIAL, now);
    this.observer.began({ isolate: index, target, at: now, isProbe: attempt.isProbe, standing });
    const { afterMs, outcome } = this.#options.react(target, now - START, index);
    this.time.after(afterMs, () => {
      const news = attempt.ended(outcome, this.time.now, this.#draw());
      if (outcome.kind === "failed") this.observer.failed(index, target, this.time.now);
      if (outcome.kind === "ok") this.observer.succeeded(index, target);
      if (news !== null) this.observer.news.push({ at: this.time.now, isolate: index, news });
      this.#sync(index);
      if (outcome.kind === "failed") this.#request(index, asked);
    });
  }

  /** A router of few words: ready targets by their share, else one that may be probed, else whichever is left. */
  #choose(health: IsolateHealth, asked: ReadonlySet<string>): string | undefined {
    const { now } = this.time;
    const left = this.#options.targets.filter((target) => !asked.has(target));
    const free = left.filter((target) => health.throttledUntil(target, CREDENTIAL, now) === 0);
    const probed = free.find((target) => health.tryProbe(target, now, this.#draw()));
    if (probed !== undefined) return probed;
    const ready = free.filter((target) => health.standing(target, now) === "ready");
    const shares = ready.map((target) => health.figures(target).slowStartFactor(now));
    let rest = this.#draw() * shares.reduce((sum, share) => sum + share, 0);
    const chosen = ready.find((_, index) => (rest -= shares[index] ?? 0) < 0);
    return chosen ?? ready[0] ?? (this.#options.panics ? left[0] : undefined);
  }

  #sync(index: number): void {
    const health = this.isolates[index];
    const report = health?.report(this.time.now) ?? null;
    if (health === undefined || report === null) return;
    const lost = this.#losePart(index);
    if (lost === "report") return;
    this.#send(JSON.stringify(report), (text) => {
      const heard = decodeHubReport(JSON.parse(text));
      if (heard === null) throw new Error(`The hub cannot read ${text}`);
      this.hub.absorb(heard, this.time.now, this.#draw());
      if (lost === "answer") return;
      this.#send(JSON.stringify(this.hub.answer(heard.isolateId, this.time.now)), (reply) => {
        const answer = decodeHubAnswer(JSON.parse(reply));
        if (answer === null) throw new Error(`The isolate cannot read ${reply}`);
        health.accept(answer, this.time.now);
      });
    });
  }

  #losePart(index: number): "report" | "answer" | null {
    const { loss } = this.#options;
    const isLost = loss === 1 || (!this.#unlucky.delete(index) && this.#draw() < loss);
    if (!isLost) return null;
    this.#unlucky.add(index);
    return loss === 1 || this.#draw() < 0.5 ? "report" : "answer";
  }

  #send(text: string, arrive: (text: string) => void): void {
    const copies = this.#draw() < this.#options.repeated ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.time.after(this.#draw() * this.#options.delayMs, () => arrive(text));
  }
}
