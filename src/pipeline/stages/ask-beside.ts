import type { AnswerTurn } from "../answers/answer-turn.ts";
import type { Run } from "../deps.ts";
import { discard } from "./ask-target.ts";
import type { Answer } from "./dispatch.ts";
import type { Hit } from "./recall.ts";
import { offerRefusal } from "./offer-answer.ts";
import type { Settlement } from "./settle.ts";

/**
 * Stage: upstream, and beside it the store: whoever has an answer first. A stored one lets go whoever is being asked upstream; one
 * that comes after the first content is not given. Where upstream fails, a stored answer may stand in its place.
 */
export async function askBeside(
  { settlement, turn }: { readonly settlement: Settlement; readonly turn: AnswerTurn },
  askUpstream: () => Promise<Answer>,
  run: Run,
): Promise<Answer | Hit> {
  const asked = askUpstream();
  const outcome = asked.then(
    (answer) => ({ kind: "answered", answer }) as const,
    (error: unknown) => ({ kind: "failed", error }) as const,
  );
  const found = turn.lookedUp.then(async (said) => (said?.kind === "hit" ? said : await outcome));
  const first = await Promise.race([outcome, found]);
  const hit = first.kind === "hit" ? turn.given(first) : null;
  if (hit !== null) {
    settlement.recalled(hit);
    void asked.then(discard, () => undefined);
    return hit;
  }
  const answered = await outcome;
  if (answered.kind === "answered") {
    settlement.missed(turn.why);
    return answered.answer;
  }
  const instead = await turn.instead(answered.error);
  if (instead === null) {
    offerRefusal(answered.error, { settlement, turn }, run);
    throw answered.error;
  }
  settlement.recalled(instead);
  return instead;
}
