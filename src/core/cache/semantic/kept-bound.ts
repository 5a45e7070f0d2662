import { sharesForBreaker, sharesForCertificate } from "./evidence.ts";
import { type Certificate, HitMonitor, type MonitorState, NEW_MONITOR } from "./hit-monitor.ts";
import type { LabelNoise } from "./label-noise.ts";
import type { SemanticSettings } from "./settings.ts";

/** What is promised, and how it is being kept. */
export interface BoundState {
  readonly per: string;
  /** Share of wrong answers; 0 before anything was promised. */
  readonly bound: number;
  /** Added to the logit that the bound asks of the model. */
  readonly caution: number;
  readonly monitor: MonitorState;
}

export const NO_BOUND: BoundState = { per: "", bound: 0, caution: 0, monitor: NEW_MONITOR };

/** Part of the bound: where more of what was checked is wrong, the model must be surer than it says. */
const AIM = 0.25;
const MOST_CAUTION = 8;
/** Of caution, with each request: the model has learnt of the same wrong answers since. */
const FADES = 1 / 1_000;

/**
 * Keeps one bound: what the model must say for an answer to be given, and the certificate of what it gave. A model that is too sure
 * of itself is held to more with every wrong answer and to less with every right one, so that about a quarter of the bound is wrong,
 * whatever the model is worth.
 */
export class KeptBound {
  #per: string;
  #bound: number;
  #caution: number;
  #monitor: HitMonitor;

  constructor(state: BoundState) {
    this.#per = state.per;
    this.#bound = state.bound;
    this.#caution = state.caution;
    this.#monitor = new HitMonitor(state.monitor);
  }

  get state(): BoundState {
    return { per: this.#per, bound: this.#bound, caution: this.#caution, monitor: this.#monitor.state };
  }

  get bound(): number {
    return this.#bound;
  }

  get isEarned(): boolean {
    return this.#monitor.isEarned;
  }

  certificate(noise: LabelNoise): Certificate {
    return this.#monitor.certificate({ bound: this.#bound, noise });
  }

  /** What was measured says nothing of another promise. */
  promise({ maxFalseHitRate, per }: SemanticSettings): void {
    if (maxFalseHitRate === this.#bound && per === this.#per) return;
    this.#per = per;
    this.#bound = maxFalseHitRate;
    this.#caution = 0;
    this.#monitor = new HitMonitor(NEW_MONITOR);
  }

  /**
   * Whether an answer is given of which the model is sure by `low` at least. Of all requests a bound share may be wrong, so that
   * less sure ones are given too, by chance and as often as the bound has room for: 1 − τ of vCache.
   * @see https://arxiv.org/abs/2502.03771
   */
  isSureEnough(low: number, draw: () => number): boolean {
    const room = 1 / (1 + ((1 - this.#bound) / this.#bound) * Math.exp(this.#caution));
    return this.#per === "Request" ? draw() * (1 - low) < room : 1 - low <= room;
  }

  /**
   * One request more, with or without an answer that is sure enough. Whether it counts, decided by a coin that knows nothing of it,
   * and by which share. Where the bound is of all requests, one without an answer is one without a wrong answer.
   */
  asked(isHit: boolean, { budget, draw, noise, now }: Coin): { readonly isCounted: boolean; readonly share: number } {
    this.#caution *= 1 - FADES;
    const share = this.#monitor.share(budget);
    const isCounted = draw() < share;
    if (isHit || this.#per === "Request") this.#monitor.hit();
    if (!isHit && isCounted && this.#per === "Request") this.#monitor.saw(1, { bound: this.#bound, noise, now });
    return { isCounted, share };
  }

  /** What an answer that counts was found to be; null without a verdict. Whether the breaker opened. */
  saw(label: 0 | 1 | null, { noise, now }: Pick<Coin, "noise" | "now">): boolean {
    if (label !== null) this.#caution = Math.max(0, Math.min(MOST_CAUTION, this.#caution + this.#lesson(label, noise)));
    return this.#monitor.saw(label, { bound: this.#bound, noise, now });
  }

  /** Of a wrong label the more, the likelier it is that the answer was wrong and not the label; nothing on average where `AIM` is met. */
  #lesson(label: 0 | 1, noise: LabelNoise): number {
    const certain = sharesForCertificate(this.#bound, noise);
    const weight = (certain.atBound - certain.at(0)) / certain.atBound;
    const aim = sharesForBreaker(this.#bound, noise).at(AIM);
    return weight * (label === 0 ? 1 - aim : -aim);
  }

  /** Somebody says that an answer was wrong. */
  suspect(): void {
    this.#monitor.suspect();
  }
}

interface Coin {
  readonly budget: number;
  readonly draw: () => number;
  readonly noise: LabelNoise;
  readonly now: number;
}
