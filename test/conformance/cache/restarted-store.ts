import { answerOf, NOW, openQuestion } from "../../core/cache/questions.ts";
import type { Question } from "../../../src/core/cache/question.ts";
import type { AnswerLab } from "./answer-lab.ts";

export interface RestartedStoreFigures {
  readonly asked: number;
  readonly labels: number;
  /** Of the semantic tier's certificate: answers checked, and whether it is earned. */
  readonly checked: number;
  readonly isEarned: boolean;
  /** Whether judges, curves, certificates and counts are what they were. */
  readonly isSame: boolean;
  /** Answers that were given before and are not given after. */
  readonly lost: number;
  /** Answers of before a purge that are given after. */
  readonly risen: number;
}

const TTL = { ttlMs: 3_600_000, staleMs: 0 };
const WAYS = ["How do I track", "What do I do to track", "What steps do I follow to track", "Where do I track"] as const;
const ENDS = ["", " myself", " here"] as const;
const SYLLABLES = ["ba", "co", "du", "fi", "ge", "ho", "ju", "ka", "le", "mo", "ni", "pa"] as const;

/** Kills the process once everything was kept, and compares what is there when it runs again. */
export async function runRestartedStore(
  lab: AnswerLab,
  { questions }: { readonly questions: number },
): Promise<RestartedStoreFigures> {
  const { store } = lab;
  const tenant = "restarted";
  const asked = await askAll(lab, { questions, tenant });
  const gone = openQuestion("What was purged?", { tenant, tags: ["gone"], scope: "purged" });
  await store.keep(gone, { ticket: null, answer: answerOf("This."), ...TTL }, NOW);
  await store.purge(tenant, { scope: { kind: "tag", tag: "gone" }, shards: 1, isDryRun: false }, NOW);
  const exact = asked.map(({ question }) => ({ ...question, semantic: null }));
  const before = await hits(exact, lab);
  const statsBefore = await store.stats(tenant, 1);
  // What was counted since the last answer was kept is written with the next one.
  await store.keep(openQuestion("The last?", { tenant, scope: "last" }), { ticket: null, answer: answerOf("Yes."), ...TTL }, NOW);
  lab.kill();
  await lab.restart();
  const statsAfter = await store.stats(tenant, 1);
  const after = await hits(exact, lab);
  const [stats] = statsAfter;
  const risen = (await store.lookUp(gone, NOW)).kind === "hit" ? 1 : 0;
  return {
    asked: asked.length,
    labels: stats?.labels ?? 0,
    checked: stats?.certificate?.checked ?? 0,
    isEarned: stats?.certificate?.isEarned ?? false,
    isSame: JSON.stringify(withoutEntries(statsAfter)) === JSON.stringify(withoutEntries(statsBefore)),
    lost: before.filter((each) => !after.includes(each)).length,
    risen,
  };
}

/** Asks, keeps what upstream says, and tells the store what it says where it was asked all the same. */
async function askAll({ store }: AnswerLab, { questions, tenant }: { readonly questions: number; readonly tenant: string }) {
  const asked = Array.from({ length: questions }, (_, at) => questionAt(at, tenant));
  for (const { answer, question } of asked) {
    const found = await store.lookUp(question, NOW);
    const fresh = answerOf(answer);
    if (found.kind === "miss") await store.keep(question, { ticket: found.ticket, answer: fresh, ...TTL }, NOW);
    else if (found.isChecked) await store.judge(question, { id: found.id, answer: fresh }, NOW);
  }
  return asked;
}

/** The last answer is one more. */
function withoutEntries(stats: readonly object[]): readonly object[] {
  return stats.map((each) => ({ ...each, entries: 0 }));
}

async function hits(questions: readonly Question[], { store }: AnswerLab): Promise<readonly string[]> {
  const found: string[] = [];
  for (const question of questions) if ((await store.lookUp(question, NOW)).kind === "hit") found.push(question.text ?? "");
  return found;
}

/** Each thing is asked about in several ways, which upstream answers alike. */
function questionAt(at: number, tenant: string) {
  const way = WAYS[at % WAYS.length] ?? "";
  const end = ENDS[Math.floor(at / WAYS.length) % ENDS.length] ?? "";
  const thing = nameOf(Math.floor(at / WAYS.length / ENDS.length));
  return { question: openQuestion(`${way} my ${thing}${end}?`, { tenant }), answer: `Ask for the ${thing} at its counter.` };
}

/** A word that is none. */
function nameOf(at: number): string {
  return [at, at * 7 + 3, at * 5 + 1, Math.floor(at / SYLLABLES.length)]
    .map((each) => SYLLABLES[each % SYLLABLES.length] ?? "")
    .join("");
}
