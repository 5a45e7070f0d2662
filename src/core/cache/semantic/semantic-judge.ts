import { passesSequenceGate } from "../text/sequence-gate.ts";
import { vetoOf } from "../text/veto.ts";
import { answersEqual, type Label } from "./answers-equal.ts";
import { afterLabel, afterRequest, type CurvePoint, type CurveState, pointsOf } from "./curve.ts";
import { DecisionModel } from "./decision-model.ts";
import { type Candidate, CANDIDATES, FEATURES, featuresOf } from "./features.ts";
import { type Certificate, HitMonitor } from "./hit-monitor.ts";
import { type JudgeState, readState } from "./judge-state.ts";
import { KeptBound } from "./kept-bound.ts";
import { LabelNoise } from "./label-noise.ts";
import type { NotProposed, Proposal, Proposed } from "./proposal.ts";
import type { SemanticSettings } from "./settings.ts";
import { SimilarityScale } from "./similarity-scale.ts";

/** Before so many labels, and so many that said right, the model knows too little to be asked. */
const LEAST_LABELS = 200;
const LEAST_POSITIVES = 40;
/** Look-ups after which the scale is steady enough to learn by. */
const LEAST_LOOK_UPS = 30;

/** How a question is asked: by which settings, with which chance (numbers in [0, 1)). */
export interface Asked {
  readonly settings: SemanticSettings;
  readonly draw: () => number;
}

/** What is near to a question: the nearest that no veto refuses, and whose answer may be given for it. */
interface Near {
  readonly question: string;
  readonly candidates: readonly Candidate[];
  readonly best: Candidate;
  /** Verified, with the same answer as `best`; null where there is none. */
  readonly given: Candidate | null;
}

/**
 * Decides which proposed answers are right often enough, and measures whether they were: one for each scope class and embedder.
 * Similarity proposes, vetoes refuse, the model's lower credible bound decides, and nothing is given before a certificate says that
 * this works on this traffic. The same question but for its spelling counts as canonical: its answer is given from the beginning,
 * under a breaker of its own.
 */
export class SemanticJudge {
  readonly #embedder: string;
  readonly #scale: SimilarityScale;
  readonly #noise: LabelNoise;
  readonly #model: DecisionModel;
  readonly #kept: KeptBound;
  readonly #sequence: HitMonitor;
  #labels: number;
  #positives: number;
  #curve: CurveState;
  /** Of the last label. */
  #now = 0;

  private constructor(state: JudgeState) {
    this.#embedder = state.embedder;
    this.#scale = new SimilarityScale(state.scale);
    this.#noise = new LabelNoise(...state.noise);
    this.#model = new DecisionModel(FEATURES, state.model);
    this.#kept = new KeptBound(state.kept);
    this.#sequence = new HitMonitor(state.sequence);
    this.#labels = state.labels;
    this.#positives = state.positives;
    this.#curve = state.curve;
  }

  /** A damaged text, or one of another embedder, starts anew. */
  static open(saved: string | null, embedder: string): SemanticJudge {
    return new SemanticJudge(readState(saved, embedder));
  }

  save(): string {
    const state: JudgeState = {
      version: 1,
      embedder: this.#embedder,
      scale: this.#scale.state,
      noise: this.#noise.counts,
      model: this.#model.state,
      labels: this.#labels,
      positives: this.#positives,
      kept: this.#kept.state,
      sequence: this.#sequence.state,
      curve: this.#curve,
    };
    return JSON.stringify(state);
  }

  /** Of the answers that the model gives, or would give. */
  get certificate(): Certificate {
    return this.#kept.certificate(this.#noise);
  }

  /** Of the answers to what is the same question but for its spelling. */
  get sequenceCertificate(): Certificate {
    return this.#sequence.certificate({ bound: this.#kept.bound, noise: this.#noise });
  }

  /** What other bounds would have given. */
  get curve(): readonly CurvePoint[] {
    return pointsOf(this.#curve);
  }

  /** Labels learnt so far. */
  get labels(): number {
    return this.#labels;
  }

  /** `all`: at least the `CANDIDATES` nearest, most similar first. */
  propose(question: string, all: readonly Candidate[], asked: Asked): Proposal {
    this.#kept.promise(asked.settings);
    const candidates = all.slice(0, CANDIDATES);
    const last = candidates.at(-1);
    if (last !== undefined) this.#scale.saw(last.similarity);
    const isAllowed = (candidate: Candidate): boolean => vetoOf(question, candidate.question) === null;
    const best = candidates.find(isAllowed);
    if (best === undefined) {
      this.#ask(false, asked);
      this.#curve = afterRequest(this.#curve, null);
      return refused(question, candidates[0]);
    }
    const isTwin = (other: Candidate): boolean =>
      other.isVerified && answersEqual(best.answer, other.answer) === 1 && isAllowed(other);
    const given = best.isVerified ? best : (candidates.find(isTwin) ?? null);
    const near = { question, candidates, best, given };
    return passesSequenceGate(question, best.question) ? this.#proposeSame(near, asked) : this.#proposeLike(near, asked);
  }

  /** The same question but for its spelling. */
  #proposeSame({ best, given }: Near, { draw, settings }: Asked): Proposed {
    const share = this.#sequence.share(settings.shadowBudget);
    const isCounted = draw() < share;
    if (given !== null) this.#sequence.hit();
    const serve = given !== null && settings.mode === "Enforce" && this.#sequence.isEarned;
    const note = given === null ? UNVERIFIED : "The same question but for its spelling.";
    return {
      kind: "proposed",
      id: (given ?? best).id,
      serve,
      isChecked: serve && isCounted,
      standing: given === null ? "near" : "same",
      features: [],
      low: 0,
      isCounted,
      share,
      why: { tier: given === null ? null : "canonical", veto: null, similarity: best.similarity, probability: null, note },
    };
  }

  #proposeLike({ best, candidates, given, question }: Near, asked: Asked): Proposed {
    const features = featuresOf(question, best, { candidates, scale: this.#scale });
    const { low } = this.#model.judge(features);
    const isKnown = given !== null && this.#isWarm;
    const isHit = isKnown && this.#kept.isSureEnough(low, asked.draw);
    const { isCounted, share } = this.#ask(isHit, asked);
    const serve = isHit && asked.settings.mode === "Enforce" && this.#kept.isEarned;
    this.#curve = afterRequest(this.#curve, isKnown ? low : null);
    const note = isHit ? (serve ? "Right often enough." : UNCERTIFIED) : this.#whyNot(given);
    return {
      kind: "proposed",
      id: (given ?? best).id,
      serve,
      isChecked: serve && isCounted,
      standing: isHit ? "hit" : "near",
      features,
      low,
      isCounted,
      share,
      why: { tier: isHit ? "semantic" : null, veto: null, similarity: best.similarity, probability: low, note },
    };
  }

  get #isWarm(): boolean {
    return this.#labels >= LEAST_LABELS && this.#positives >= LEAST_POSITIVES;
  }

  #whyNot(given: Candidate | null): string {
    if (given === null) return UNVERIFIED;
    return this.#isWarm ? "Not right often enough." : "Too little is known of this traffic yet.";
  }

  #ask(isHit: boolean, { draw, settings }: Asked): { readonly isCounted: boolean; readonly share: number } {
    return this.#kept.asked(isHit, { budget: settings.shadowBudget, draw, noise: this.#noise, now: this.#now });
  }

  /**
   * What upstream answered to the question of a proposal, against the answer of the entry proposed; `now` in epoch milliseconds.
   * Returns what was learnt, null where comparing them gave no verdict.
   */
  learn(proposal: Proposed, { fresh, now, stored }: Compared & { readonly now: number }): Label | null {
    this.#now = now;
    const label = answersEqual(fresh, stored);
    if (proposal.features.length === 0) return this.#learnSame(proposal, label);
    const isCounted = proposal.standing === "hit" && proposal.isCounted;
    if (isCounted && this.#kept.saw(label, { noise: this.#noise, now })) this.#model.doubt();
    if (label === null) return null;
    if (this.#scale.state.seen >= LEAST_LOOK_UPS) this.#model.learn(proposal.features, label, this.#noise);
    this.#labels += 1;
    this.#positives += label;
    this.#curve = afterLabel(this.#curve, proposal.low, { label, weight: proposal.serve ? 1 / proposal.share : 1 });
    return label;
  }

  #learnSame({ isCounted, standing }: Proposed, label: Label | null): Label | null {
    const against = { bound: this.#kept.bound, noise: this.#noise, now: this.#now };
    if (standing === "same" && isCounted) this.#sequence.saw(label, against);
    return label;
  }

  /** Two answers of which is known whether they say the same: to the same question, or to ones that have nothing in common. */
  calibrate(truth: Label, { fresh, stored }: Compared): void {
    const label = answersEqual(fresh, stored);
    if (label !== null) this.#noise.saw(truth, label);
  }

  /** Whoever was given an answer says that it was wrong: what follows is checked, and the model hears of it where its features are known. */
  feedback(features: readonly number[] | null): void {
    this.#kept.suspect();
    if (features !== null && features.length > 0) this.#model.learn(features, 0, this.#noise);
  }
}

/** Texts of two answers. */
interface Compared {
  readonly fresh: string;
  readonly stored: string;
}

const UNVERIFIED = "No second answer has confirmed the one that is near.";
const UNCERTIFIED = "It would be given, once a certificate is earned.";

function refused(question: string, nearest: Candidate | undefined): NotProposed {
  const veto = nearest === undefined ? null : vetoOf(question, nearest.question);
  const note = veto === null ? "Nothing is near." : "What is near asks for something else.";
  return { kind: "none", why: { tier: null, veto, similarity: nearest?.similarity ?? null, probability: null, note } };
}
