import { askAdmin } from "../faults/ask-router.ts";
import { startFlowLab, stateOf } from "./flow-lab.ts";

export interface LearningSeen {
  /** Answers of each round, by their state. */
  readonly rounds: readonly Readonly<Record<string, number>>[];
  /** The semantic tier had earned its certificate at the end. */
  readonly certified: boolean;
}

const TOPICS = [
  "password of the account",
  "delivery address",
  "language of the display",
  "time zone of the calendar",
  "photo on the profile",
  "signature under letters",
  "printer of the office",
  "headset for meetings",
  "keyboard layout",
  "default browser",
];
const ASKED: readonly ((what: string) => string)[] = [
  (what) => `How do I change the ${what}?`,
  (what) => `How can I set another ${what} here?`,
  (what) => `What must I do so that the ${what} changes?`,
  (what) => `Explain how one changes the ${what} please`,
  (what) => `Changing the ${what}, how does it work?`,
  (what) => `I want to replace the ${what}, where is that done?`,
];
const KINDS = ["plain", "team", "work", "home", "new", "old", "second", "shared", "spare", "main", "other", "last"];

/** Questions of a round. */
export const ROUND = TOPICS.length * ASKED.length;

/** Questions in other words about ever new things, to an upstream that says the same to all of them. */
export async function runLearning(): Promise<LearningSeen> {
  const lab = await startFlowLab({
    processes: 1,
    models: { learns: { exact: { ttl: "1h" }, semantic: { maxFalseHitRate: "5%" } } },
  });
  try {
    // A look-up has ended by then.
    lab.upstream.setFault("learns", "F06@ms=60");
    const rounds: Record<string, number>[] = [];
    for (const kind of KINDS) {
      const counts: Record<string, number> = {};
      rounds.push(counts);
      for (const question of TOPICS.flatMap((topic) => ASKED.map((ask) => ask(`${kind} ${topic}`)))) {
        const state = stateOf(await lab.ask(question, { model: "learns" }));
        counts[state] = (counts[state] ?? 0) + 1;
      }
    }
    const { classes } = (await askAdmin(lab.router(0), "/admin/api/cache")) as { classes: readonly Class[] }; // our own API
    return { rounds, certified: classes.some(({ certificate }) => certificate.isEarned) };
  } finally {
    await lab.close();
  }
}

interface Class {
  readonly certificate: { readonly isEarned: boolean };
}
