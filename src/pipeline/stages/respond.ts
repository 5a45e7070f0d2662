import type { Wishes } from "../../core/http/read-wishes.ts";
import type { AnswerTurn } from "../answers/answer-turn.ts";
import type { Deps, Run } from "../deps.ts";
import { answerHeaders, WARNINGS_HEADER } from "./answer-headers.ts";
import { askAgain } from "./ask-again.ts";
import type { Copied } from "./ask-copy.ts";
import type { JsonAnswer } from "./attempt-json.ts";
import type { Answer } from "./dispatch.ts";
import { mirror } from "./mirror.ts";
import { offerAnswer } from "./offer-answer.ts";
import type { Hit } from "./recall.ts";
import { respondCached } from "./respond-cached.ts";
import type { Settlement } from "./settle.ts";
import type { StreamAnswer } from "./stream-intake.ts";
import { finishHeld, pipeNative } from "./stream-native.ts";
import { finishPumped, pumpStream } from "./stream-pump.ts";

interface Giving {
  readonly settlement: Settlement;
  /** Whose answer it is, where that may be kept; else null. */
  readonly turn: AnswerTurn | null;
}

type Responding = Giving & Omit<Copied, "hops"> & { readonly wishes: Pick<Wishes, "hops"> };

/**
 * Stage: the answer in the caller's dialect. Beside it a copy of what upstream answered goes where the route says so, or upstream
 * is asked again what the cache has answered. @throws FairleadError where the cache repeats a refusal
 */
export function respond(found: Answer | Hit, request: Responding, { deps, run }: { deps: Deps; run: Run }): Response {
  const copied = { ...request, hops: request.wishes.hops };
  switch (found.kind) {
    case "hit":
      askAgain(found, copied, { deps, run });
      return respondCached(found, request, run);
    case "stream":
      mirror(copied, deps, run);
      return respondStream(found, request, run);
    case "json":
      mirror(copied, deps, run);
      return respondJson(found, request, run);
  }
}

/** The JSON answer with what it cost. Kept where the route says so. */
function respondJson(answer: JsonAnswer, { settlement, turn }: Giving, run: Run): Response {
  const usage = settlement.usageOf(answer.usage, answer.outputCharacters);
  const headers = answerHeaders(settlement, run, { losses: answer.losses });
  const warnings = headers.get(WARNINGS_HEADER);
  if (turn !== null) offerAnswer(answer, { settlement, turn, warnings, copy: null }, run);
  settlement.book({ outcome: "ok", failure: null, usage });
  // Whether a target has a price never changes, so a shared header object never shows another answer's cost.
  const cost = settlement.cost(usage);
  if (cost !== null) headers.set("x-fairlead-cost", String(cost));
  return new Response(answer.body, { headers });
}

/** The upstream's stream, kept as it passes; one that has ended within what is held goes out in one piece. */
function respondStream(answer: StreamAnswer, { settlement, turn }: Giving, run: Run): Response {
  const headers = answerHeaders(settlement, run, { losses: answer.losses });
  const copy = turn === null || answer.form === "pumped" ? null : turn.copyOf(answer.held);
  const warnings = headers.get(WARNINGS_HEADER);
  if (turn !== null) offerAnswer(answer, { settlement, turn, warnings, copy }, run);
  if (answer.rest === null) {
    const whole = answer.form === "native" ? finishHeld(answer, settlement) : finishPumped(answer, settlement);
    return new Response(whole, { headers });
  }
  const { rest } = answer;
  const { body, done } =
    answer.form === "native"
      ? pipeNative({ answer, rest, settlement, copy }, run)
      : pumpStream({ answer, rest, settlement }, run);
  // Whatever breaks in the carrying is booked, so that the stream's place is given back.
  run.defer(done.catch((error: unknown) => settlement.refuse(error)));
  return new Response(body, { headers });
}
