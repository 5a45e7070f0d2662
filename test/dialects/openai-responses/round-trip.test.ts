import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOTHING_TO_RESTORE, restoreAnswer } from "../../../src/dialects/canonical/restore.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import { readChat as readAnswer } from "../../../src/dialects/openai-responses/read-answer.ts";
import { readChat } from "../../../src/dialects/openai-responses/read-request.ts";
import { ResponsesReader } from "../../../src/dialects/openai-responses/stream-reader.ts";
import { writeAnswer } from "../../../src/dialects/openai-responses/write-answer.ts";
import { writeRequest } from "../../../src/dialects/openai-responses/write-request.ts";
import { runsOf } from "../../judges/runs.ts";
import { answers, eventsOf, requests } from "./arbitraries.ts";
import { checkEvents } from "./check-events.ts";
import { gather } from "./gather.ts";
import { responseSchema } from "./response-schema.ts";
import { streamed } from "./sdk.ts";
import { upstreamOf } from "./upstream.ts";
import { ask, contextOf, SEED, write } from "./writing.ts";

const CONTEXT = { seed: SEED, family: "openai" };
const RUNS = { numRuns: runsOf(200, 5_000) };

/** What is left once the id is ours and the reason a status. */
function comparable(answer: ChatAnswer | null): unknown {
  return answer === null ? null : { ...answer, id: null, finish: answer.finish.reason };
}

describe("what was written is read as it was", () => {
  it("a request", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { body, losses } = writeRequest(request, upstreamOf());
        expect(losses).toEqual([]);
        expect(readChat(ask(body))).toEqual(request);
      }),
      RUNS,
    );
  });

  it("a whole answer", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const text = writeAnswer(answer, contextOf());
        expect(responseSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
        const read = readAnswer(text, CONTEXT);
        const whole = read.kind === "read" ? restoreAnswer(read.answer, NOTHING_TO_RESTORE) : null;
        expect(comparable(whole)).toEqual(comparable(restoreAnswer(answer, NOTHING_TO_RESTORE)));
      }),
      RUNS,
    );
  });

  it("a stream, in any split, which the SDK takes", async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 1, max: 5 }), async (answer, size) => {
        const text = write(eventsOf(answer, size), undefined, size);
        expect(checkEvents(text)).toEqual([]);
        const reader = new ResponsesReader(CONTEXT);
        const events = [...text].flatMap((character) => reader.push(character));
        const read = gather([...events, ...reader.end()]);
        expect(comparable(read.answer)).toEqual(comparable(restoreAnswer(answer, NOTHING_TO_RESTORE)));
        await streamed(text);
      }),
      { numRuns: runsOf(60, 2_000) },
    );
  });
});
