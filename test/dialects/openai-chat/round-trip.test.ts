import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatRequest } from "../../../src/dialects/canonical/chat-request.ts";
import { readChat } from "../../../src/dialects/openai-chat/read-chat.ts";
import { readRequest } from "../../../src/dialects/openai-chat/read-request.ts";
import { readThoughts } from "../../../src/dialects/openai-chat/reasoning-carrier.ts";
import { writeAnswer } from "../../../src/dialects/openai-chat/write-answer.ts";
import { writeRequest } from "../../../src/dialects/openai-chat/write-request.ts";
import { answers } from "./answer-values.ts";
import { contextOf, decode, SEED, upstreamOf } from "./asking.ts";
import { meaningOfAnswer } from "./gather.ts";
import { requests } from "./request-values.ts";

const upstream = upstreamOf({ family: "anthropic", capabilities: new Set(["prompt_cache", "reasoning"]) });

/** Without how a caller's own thoughts stood on the wire, which nothing but this wire has. */
function withoutWire(request: ChatRequest): ChatRequest {
  const turns = request.turns.map((turn) => ({
    ...turn,
    blocks: turn.blocks.map((block) => {
      if (block.kind !== "reasoning") return block;
      const { extra: _, ...rest } = block;
      return rest;
    }),
  }));
  return { ...request, turns };
}

describe("a request of this dialect", () => {
  it("is read back as it was written", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { body, losses } = writeRequest(request, upstream);
        expect(losses).toEqual([]);
        expect(withoutWire(readRequest(decode(body)))).toEqual(request);
      }),
    );
  });

  it("is the same bytes for the same request", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(writeRequest(structuredClone(request), upstream).body).toBe(writeRequest(request, upstream).body);
      }),
    );
  });
});

describe("an answer of this dialect", () => {
  it("is read back as it was written; several thoughts are one, and their state is the caller's to echo", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const written = writeAnswer(answer, contextOf());
        const read = readChat(written, { seed: SEED, family: "openai-chat" });
        expect(read.kind === "read" ? meaningOfAnswer(read.answer) : read).toEqual(meaningOfAnswer(answer));
        const { choices } = JSON.parse(written) as { choices: readonly [{ message: Record<string, unknown> }] };
        expect(readThoughts(choices[0].message)).toEqual(answer.blocks.filter(({ kind }) => kind === "reasoning"));
      }),
    );
  });
});
