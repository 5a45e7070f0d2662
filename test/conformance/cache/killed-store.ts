import type { Question } from "../../../src/core/cache/question.ts";
import type { StoredAnswer } from "../../../src/core/cache/stored-answer.ts";
import { createSeededDraw } from "../../../src/cli/decision/seeded-draw.ts";
import { answerOf, NOW, openQuestion } from "../../core/cache/questions.ts";
import type { AnswerLab } from "./answer-lab.ts";

export interface KilledStoreFigures {
  /** Answers whose keeping was confirmed before the process was killed, and those that were not. */
  readonly confirmed: number;
  readonly unconfirmed: number;
  /** Of the confirmed: not there afterwards. */
  readonly lost: number;
  /** Of the unconfirmed: there afterwards, whole. */
  readonly whole: number;
  /** Given afterwards otherwise than they were kept. */
  readonly wrong: number;
  /** Look-ups that failed, or found no entry by its vector though it was given by its name, or the other way round. */
  readonly broken: number;
}

export interface KilledStoreOptions {
  readonly rounds: number;
  /** Answers that are being kept when the process is killed. */
  readonly answers: number;
  readonly seed: string;
}

const TTL = { ttlMs: 3_600_000, staleMs: 0 };
/** So long at most after the first is sent. */
const KILLED_MS = 300;
const CONTENT_CHARACTERS = 200_000;

/** Kills the process that keeps answers while it does, and looks at what is there when it runs again. */
export async function runKilledStore(lab: AnswerLab, { answers, rounds, seed }: KilledStoreOptions): Promise<KilledStoreFigures> {
  const draw = createSeededDraw(seed);
  const sums = { confirmed: 0, unconfirmed: 0, lost: 0, whole: 0, wrong: 0, broken: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const tenant = `killed-${round}`;
    const asked = Array.from({ length: answers }, (_, at) => ({ at, question: questionOf(at, tenant), answer: answerTo(at) }));
    // The object is there, so that it is not its beginning that is interrupted.
    await lab.store.lookUp(questionOf(-1, tenant), NOW);
    const keeping = asked.map(async ({ answer, question }) =>
      lab.store.keep(question, { ticket: null, answer, ...TTL }, NOW).then(
        () => true,
        () => false,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, draw() * KILLED_MS));
    lab.kill();
    const confirmed = await Promise.all(keeping);
    await lab.restart();
    for (const { at, ...kept } of asked) {
      const isConfirmed = confirmed[at] ?? false;
      const found = await lookAgain(kept, lab);
      sums[isConfirmed ? "confirmed" : "unconfirmed"] += 1;
      if (isConfirmed && found === "nothing") sums.lost += 1;
      if (!isConfirmed && found === "whole") sums.whole += 1;
      if (found === "wrong" || found === "broken") sums[found] += 1;
    }
  }
  return sums;
}

/** What is there of an answer that was being kept. */
async function lookAgain({ answer, question }: { answer: StoredAnswer; question: Question }, lab: AnswerLab) {
  const found = await lab.store.lookUp(question, NOW).catch(() => null);
  const isThere = found?.kind === "hit";
  if (found === null || isThere !== (await isNear(question, lab))) return "broken";
  if (!isThere) return "nothing";
  return JSON.stringify(found.answer) === JSON.stringify(answer) ? "whole" : "wrong";
}

/** Whether its entry is found by the vector of nearly the same text. */
async function isNear(question: Question, { store }: AnswerLab): Promise<boolean> {
  const text = `${question.text ?? ""} now`;
  const { near } = await store.explain({ ...question, text, keys: { ...question.keys, exact: "x", canonical: null } }, NOW);
  return near.length > 0;
}

/** Each in a scope of its own, so that nothing but itself is near. */
function questionOf(at: number, tenant: string): Question {
  return openQuestion(`What became of parcel number ${at}?`, { tenant, scope: `scope-${at}` });
}

function answerTo(at: number) {
  return answerOf(`It was parcel ${at}.`, { content: `${at} `.repeat(CONTENT_CHARACTERS / 4) });
}
