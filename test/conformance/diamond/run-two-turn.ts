import { isDeepStrictEqual } from "node:util";
import type { RecordedStep } from "../../rigs/replay-upstream/recorded-steps.ts";
import { BACKEND_NAMES, type BackendName, dialectOf } from "./backends.ts";
import { isFailure } from "./compare-heard.ts";
import { type DiamondLab, type PlayedStep, startDiamondLab } from "./diamond-lab.ts";
import { findException, findStale, TALK_EXCEPTIONS, type Tried } from "./exceptions.ts";
import { nameOf, type Played, playedOf, toolsOf } from "./exchanges.ts";
import type { Finding } from "./run-diamond.ts";
import { resultsIn, type Sealed, sealsIn, sealsOf } from "./seals.ts";
import { TALKERS } from "./talkers/index.ts";
import type { Talker } from "./talkers/talker.ts";

/** Every client for every answer, or one of them in turn. */
export interface TwoTurnOptions {
  readonly talkers: "every" | "rotating";
}

/** What became of sealed answers in the next turn. Every list of findings is empty when the promises hold. */
export interface TwoTurnReport {
  /** Recorded answers that hold opaque state, and how many seals that is. */
  readonly answers: number;
  readonly seals: number;
  readonly conversations: number;
  /** Exceptions that fit no longer. */
  readonly staleExceptions: readonly string[];
  /** Seals that did not come back to the family that gave them, or not as they were. */
  readonly keptFindings: readonly Finding[];
  /** Seals that reached another family. */
  readonly leakedFindings: readonly Finding[];
}

/** A sealed answer, its seals, and what the recorded client said next. */
interface SealedAnswer {
  readonly played: Played;
  /** Of each reading, see `sealsOf`. */
  readonly seals: readonly (readonly Sealed[])[];
  readonly results: readonly string[];
}

/** What Gemini takes for a signature that a client has lost. */
const NO_SEAL = "skip_thought_signature_validator";
/** Whose seals a chat backend hands on: these families may see them. */
const HANDED_ON: Readonly<Record<string, string>> = {
  "anthropic-claude-v1": "anthropic",
  "google-gemini-v1": "gemini",
  "openai-responses-v1": "openai",
};

/** What an envelope of ours begins with, as text and inside base64. */
const ENVELOPES = ["fairlead1.", "ZmFpcmxlYWQxL"];

/**
 * Every sealed answer is heard by every stock client, which sends its own reading of it back as history: once to the
 * model that gave it, once to one of another family.
 */
export async function runTwoTurn(options: TwoTurnOptions): Promise<TwoTurnReport> {
  const lab = await startDiamondLab();
  try {
    return await talkAll(lab, options);
  } finally {
    await lab.close();
  }
}

async function talkAll(lab: DiamondLab, { talkers }: TwoTurnOptions): Promise<TwoTurnReport> {
  const answers = findSealed(lab.steps);
  const tried: Tried[] = [];
  const keptFindings: Finding[] = [];
  const leakedFindings: Finding[] = [];
  for (const [turn, answer] of answers.entries()) {
    for (const [seat, talker] of talkersOf(talkers, turn).entries()) {
      const at = { answer: nameOf(answer.played), at: talker.name };
      const kept = checkKept(answer, talker, await talk(lab, talker, { answer, second: answer.played.step }));
      const foreign = pickForeign(lab.steps, answer, turn + seat);
      const leaked = checkLeaked(answer, await talk(lab, talker, { answer, second: foreign }));
      const isAsItShouldBe = kept.length + leaked.length === 0;
      const form = answer.played.stream ? ("stream" as const) : ("whole" as const);
      const one = { stepId: answer.played.step.id, form, client: talker.name, isAsItShouldBe };
      tried.push(one);
      if (findException(TALK_EXCEPTIONS, one) !== null) continue;
      keptFindings.push(...kept.map((what) => ({ ...at, what })));
      leakedFindings.push(...leaked.map((what) => ({ ...at, what: `to ${foreign.backend}: ${what}` })));
    }
  }
  return {
    answers: answers.length,
    seals: answers.reduce((sum, answer) => sum + (answer.seals[0]?.length ?? 0), 0),
    conversations: 2 * tried.length,
    staleExceptions: findStale(TALK_EXCEPTIONS, tried, talkers === "every"),
    keptFindings,
    leakedFindings,
  };
}

function talkersOf(talkers: TwoTurnOptions["talkers"], turn: number): readonly Talker[] {
  return talkers === "every" ? TALKERS : TALKERS.slice(turn % TALKERS.length, (turn % TALKERS.length) + 1);
}

function findSealed(steps: readonly PlayedStep[]): readonly SealedAnswer[] {
  return steps.flatMap((step) =>
    playedOf(step).flatMap((played): readonly SealedAnswer[] => {
      const answer = played.stream ? step.stream : step.whole;
      if (answer === null || isFailure(played.said)) return [];
      const seals = sealsOf(answer);
      return seals.flat().length === 0 ? [] : [{ played, seals, results: resultsAfter(step, steps) }];
    }),
  );
}

/** What the tools gave the recorded client, which its next request says last. */
function resultsAfter(step: PlayedStep, steps: readonly RecordedStep[]): readonly string[] {
  const index = steps.findIndex(({ id }) => id === step.id);
  const next = steps[index + 1];
  if (next === undefined || next.caseId !== step.caseId || next.request === null) return [];
  const calls = (step.whole ?? step.stream)?.normalized?.tool_calls.length ?? 0;
  return calls === 0 ? [] : resultsIn(JSON.parse(next.request)).slice(-calls);
}

interface Conversation {
  readonly answer: SealedAnswer;
  /** Who is asked the second time. */
  readonly second: PlayedStep;
}

/** The second request as it reached the upstream, or what the client raised. */
type Second =
  | { readonly kind: "reached"; readonly text: string; readonly body: unknown }
  | { readonly kind: "raised"; readonly what: string };

async function talk(lab: DiamondLab, talker: Talker, { answer, second }: Conversation): Promise<Second> {
  const { played, results } = answer;
  const { key: apiKey, url: origin } = lab.router;
  const ask = { origin, apiKey, model: lab.modelOf(played.step), stream: played.stream, tools: toolsOf(played) };
  try {
    await talker.talk(ask, { model: lab.modelOf(second), results });
  } catch (cause) {
    return { kind: "raised", what: String(cause).slice(0, 400) };
  }
  const { body, text } = lab.upstream.received(second.id) ?? { body: null, text: "" };
  return { kind: "reached", body, text };
}

/** Every seal is there, as it was, in its order, and with the thoughts that it vouches for. */
function checkKept(answer: SealedAnswer, talker: Talker, second: Second): readonly string[] {
  if (second.kind === "raised") return [second.what];
  const sent = sealsIn(second.body);
  const isKept = (wanted: readonly Sealed[]): boolean =>
    keepsAll(talker, answer) ? isDeepStrictEqual(sent, wanted) : sent.every((one) => isOneOf(one, wanted));
  return answer.seals.some(isKept) ? [] : [`sent ${describe(sent)} instead of ${describe(answer.seals[0] ?? [])}`];
}

function isOneOf(one: Sealed, wanted: readonly Sealed[]): boolean {
  return one.seal === NO_SEAL || wanted.some((other) => isDeepStrictEqual(one, other));
}

function keepsAll({ keeps, surface }: Talker, { played: { said, step } }: SealedAnswer): boolean {
  return keeps === "all" || (keeps === "shown" && (said.reasoning !== "" || dialectOf(step.backend) === surface));
}

function describe(seals: readonly Sealed[]): string {
  const short = seals.map(({ seal, text }) => `${seal.slice(0, 40)}… of ${JSON.stringify(text)?.slice(0, 60)}`);
  return `[${short.join(", ")}]`;
}

function checkLeaked({ seals }: SealedAnswer, second: Second): readonly string[] {
  if (second.kind === "raised") return [second.what];
  if (second.text === "") return ["nothing reached the upstream"];
  const secrets = [...seals.flat().map(({ seal }) => seal), ...ENVELOPES];
  return secrets.filter((text) => second.text.includes(text)).map((text) => `the upstream was sent ${text.slice(0, 60)}`);
}

/** Another family's model that answers in the same form, each family in turn. Legacy completions take no history. */
function pickForeign(steps: readonly PlayedStep[], { played }: SealedAnswer, turn: number): PlayedStep {
  const own = familiesOf(played);
  const isPlain = (backend: BackendName) => (step: PlayedStep) =>
    step.backend === backend &&
    playedOf(step).some(({ said, stream }) => stream === played.stream && !isFailure(said) && said.tool_calls.length === 0);
  const foreign = BACKEND_NAMES.filter((name) => !own.includes(familyOf(name)) && name !== "up-openai-completions")
    .map((name) => steps.find(isPlain(name)))
    .filter((step) => step !== undefined);
  const step = foreign[turn % foreign.length];
  if (step === undefined) throw new Error(`No other family than that of ${played.step.backend} answers in this form.`);
  return step;
}

function familiesOf({ step, stream }: Played): readonly string[] {
  const text = (stream ? step.stream : step.whole)?.body.toString() ?? "";
  const handedOn = Object.entries(HANDED_ON).filter(([format]) => text.includes(format));
  return [familyOf(step.backend), ...handedOn.map(([, family]) => family)];
}

/** Two dialects of one vendor count as one family here: the backends that must not see a seal are those of others. */
function familyOf(name: BackendName): string {
  return dialectOf(name).split("-")[0] ?? "";
}
