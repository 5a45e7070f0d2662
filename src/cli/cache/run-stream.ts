import { type Candidate, CANDIDATES } from "../../core/cache/semantic/features.ts";
import type { CurvePoint } from "../../core/cache/semantic/curve.ts";
import type { Certificate } from "../../core/cache/semantic/hit-monitor.ts";
import type { Proposed } from "../../core/cache/semantic/proposal.ts";
import { SemanticJudge } from "../../core/cache/semantic/semantic-judge.ts";
import type { SemanticSettings } from "../../core/cache/semantic/settings.ts";
import { canonicalText } from "../../core/cache/text/canonical-text.ts";
import type { Arrival } from "./build-stream.ts";
import type { Neighbours } from "./neighbours.ts";

export interface RunOptions {
  readonly settings: SemanticSettings;
  /** Share of the labels that say the contrary of what is true. */
  readonly labelNoise: number;
  readonly draw: () => number;
}

/** Answers given, and how many of them were wrong. */
export interface Tally {
  readonly hits: number;
  readonly wrong: number;
}

/** What a stream got of the cache. */
export interface StreamRun {
  /** Arrivals that the semantic tier decided on: all that the tiers before it did not answer. */
  readonly decided: readonly number[];
  readonly semantic: Tally;
  /** Answered as the same question but for its spelling: by the canonical key, and by the sequence gate. */
  readonly canonical: Tally;
  readonly sequence: Tally;
  readonly warmUp: {
    /** Of the decided arrivals, how many went upstream before the first was answered; all where none was. */
    readonly decided: number;
    /** Labels learnt by then. */
    readonly labels: number;
    /** Answers withheld that would have been given, to be checked. */
    readonly withheld: number;
  };
  /** Upstream calls beside answers given. */
  readonly checks: number;
  /** How often the breaker opened. */
  readonly trips: number;
  readonly certificate: Certificate;
  readonly curve: readonly CurvePoint[];
}

/** Share of the arrivals beside which an answer is refreshed: two answers to the same question tell what labels get wrong. */
const REFRESHED = 0.02;

/** Texts that an entry is found by beside its own, as in the store: what comes after them is an entry of its own. */
const MOST_ALIASES = 16;

/** Lets a stream come to an empty cache that asks upstream for what it does not answer, and learns from what comes. */
export function runStream(stream: readonly Arrival[], neighbours: Neighbours, options: RunOptions): StreamRun {
  return new StreamRunner(stream, neighbours, options).run();
}

class StreamRunner {
  readonly #stream: readonly Arrival[];
  readonly #neighbours: Neighbours;
  readonly #options: RunOptions;
  readonly #judge = SemanticJudge.open(null, "eval");
  /** By canonical form, the first that came. */
  readonly #forms = new Map<string, number>();
  /** Cached arrivals: whether another answer agreed with theirs, and how many texts are found by them. */
  readonly #cached = new Map<number, { isVerified: boolean; aliases: number }>();
  readonly #decided: number[] = [];
  readonly #semantic = new Tallied();
  readonly #canonical = new Tallied();
  readonly #sequence = new Tallied();
  #warmUp: StreamRun["warmUp"] | null = null;
  #withheld = 0;
  #checks = 0;
  #trips = 0;

  constructor(stream: readonly Arrival[], neighbours: Neighbours, options: RunOptions) {
    this.#stream = stream;
    this.#neighbours = neighbours;
    this.#options = options;
  }

  run(): StreamRun {
    this.#stream.forEach((arrival, at) => {
      const form = canonicalText(arrival.text);
      const first = this.#forms.get(form);
      if (first === undefined) {
        this.#forms.set(form, at);
        this.#arrive(arrival, at);
      } else this.#canonical.add(this.#isRight(first, arrival));
      if (this.#options.draw() < REFRESHED) this.#calibrate();
    });
    const { certificate, curve } = this.#judge;
    return {
      decided: this.#decided,
      semantic: this.#semantic.tally,
      canonical: this.#canonical.tally,
      sequence: this.#sequence.tally,
      warmUp: this.#warmUp ?? this.#warmth(),
      checks: this.#checks,
      trips: this.#trips,
      certificate,
      curve,
    };
  }

  #arrive(arrival: Arrival, at: number): void {
    const { draw, settings } = this.#options;
    const candidates = this.#neighbours
      .nearest(at, CANDIDATES, (earlier) => this.#cached.has(earlier))
      .map(({ entry, similarity }) => this.#candidate(entry, similarity));
    const proposal = this.#judge.propose(arrival.text, candidates, { settings, draw });
    const isSame = proposal.kind === "proposed" && proposal.standing === "same" && proposal.serve;
    if (!isSame) this.#decided.push(at);
    if (proposal.kind === "none") this.#cached.set(at, { isVerified: false, aliases: 0 });
    else if (proposal.serve) this.#give(proposal, arrival);
    else this.#ask(proposal, arrival, at);
  }

  #give(proposal: Proposed, arrival: Arrival): void {
    const isRight = this.#isRight(Number(proposal.id), arrival);
    if (proposal.standing === "hit") this.#warmUp ??= this.#warmth();
    (proposal.standing === "hit" ? this.#semantic : this.#sequence).add(isRight);
    if (!proposal.isChecked) return;
    this.#checks += 1;
    this.#learn(proposal, arrival);
  }

  /** Goes upstream. A text whose answer is that of the entry proposed becomes another name of it; any other one is cached. */
  #ask(proposal: Proposed, arrival: Arrival, at: number): void {
    if (proposal.standing === "hit") this.#withheld += 1;
    const entry = this.#cached.get(Number(proposal.id));
    const isSame = this.#learn(proposal, arrival) === 1 && entry !== undefined;
    if (isSame) entry.isVerified = true;
    if (isSame && entry.aliases < MOST_ALIASES) entry.aliases += 1;
    else this.#cached.set(at, { isVerified: false, aliases: 0 });
  }

  #learn(proposal: Proposed, arrival: Arrival): 0 | 1 | null {
    const before = this.#judge.certificate.breaker;
    const stored = this.#answerOf(Number(proposal.id));
    const label = this.#judge.learn(proposal, {
      fresh: this.#noisy(this.#isRight(Number(proposal.id), arrival), stored),
      stored,
      now: 0,
    });
    if (before === "closed" && this.#judge.certificate.breaker === "open") this.#trips += 1;
    return label;
  }

  /** Two answers to one question, and two to questions that have nothing in common. */
  #calibrate(): void {
    const stored = JSON.stringify({ answer: "of one question" });
    this.#judge.calibrate(1, { fresh: this.#noisy(true, stored), stored });
    this.#judge.calibrate(0, { fresh: this.#noisy(false, stored), stored });
  }

  /** What upstream says, as whoever compares it with the stored answer takes it. */
  #noisy(isRight: boolean, stored: string): string {
    const isTaken = this.#options.draw() < this.#options.labelNoise ? !isRight : isRight;
    return isTaken ? stored : JSON.stringify({ answer: "another" });
  }

  #candidate(entry: number, similarity: number): Candidate {
    const question = this.#stream[entry]?.text ?? "";
    const isVerified = this.#cached.get(entry)?.isVerified ?? false;
    return { id: String(entry), similarity, question, answer: this.#answerOf(entry), isVerified };
  }

  /** JSON, so that comparing answers is certain: this measures the judge. */
  #answerOf(at: number): string {
    return JSON.stringify({ answer: this.#stream[at]?.answer });
  }

  #isRight(entry: number, arrival: Arrival): boolean {
    return this.#stream[entry]?.answer === arrival.answer;
  }

  #warmth(): StreamRun["warmUp"] {
    return { decided: this.#decided.length, labels: this.#judge.labels, withheld: this.#withheld };
  }
}

class Tallied {
  #hits = 0;
  #wrong = 0;

  add(isRight: boolean): void {
    this.#hits += 1;
    if (!isRight) this.#wrong += 1;
  }

  get tally(): Tally {
    return { hits: this.#hits, wrong: this.#wrong };
  }
}
