import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createArranger } from "../canonical/create-arranger.ts";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer, ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import { answer, request } from "./arbitraries.ts";
import { answerContext, ask, backend, surface, upstream } from "./asked.ts";
import { collect } from "./fixtures.ts";

const CONTEXT = { seed: "5eed", family: "gemini" };

/** An answer as the hub would stream it. */
function stream({ blocks, finish, id, model, usage }: ChatAnswer): readonly ChatEvent[] {
  const events: ChatEvent[] = [{ kind: "start", id, model, usage: null }];
  for (const [index, block] of blocks.entries()) events.push(...opened(block, index));
  if (usage !== null) events.push({ kind: "usage", usage });
  return [...events, { kind: "finish", finish }];
}

function opened(block: Block, index: number): readonly ChatEvent[] {
  const text = block.kind === "tool_call" ? block.arguments : "text" in block ? block.text : "";
  if ((block.kind !== "text" && block.kind !== "reasoning" && block.kind !== "tool_call") || text === "")
    return [{ kind: "block", index, block }];
  const pieces = [...text].map((character) => JSON.stringify(character).slice(1, -1));
  const seal = "seal" in block && block.seal !== null ? [{ kind: "seal", index, seal: block.seal } as const] : [];
  return [{ kind: "open", index, head: block }, { kind: "delta", index, pieces }, ...seal, { kind: "close", index }];
}

/** Seals as a caller's history reads them: each under the family it is of. */
function asCaller(text: string): readonly Block[] {
  const { candidates } = JSON.parse(text) as { candidates: [{ content: unknown }] };
  const [turn] = surface.readChat(ask({ contents: [candidates[0].content] })).turns;
  return turn?.blocks ?? [];
}

const { reader } = backend;
if (reader.wire !== "text") throw new Error("Gemini streams text.");

/** The contents a caller's SDK keeps of a stream: one for each event. */
function asHistory(text: string): readonly unknown[] {
  return text
    .slice(0, -2)
    .split("\n\n")
    .map((event) => (JSON.parse(event.slice(6)) as { candidates: [{ content: unknown }] }).candidates[0].content);
}

describe("a request", () => {
  it("reads as it was written", () => {
    fc.assert(
      fc.property(request, (chat) => {
        const { body, losses } = backend.writeRequest(chat, upstream("gemini-3-flash", { family: "gemini" }));
        expect(losses).toEqual([]);
        expect(surface.readChat(ask(body))).toEqual(chat);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an answer", () => {
  it("reads as it was written, seals of other families by the caller alone", () => {
    fc.assert(
      fc.property(answer, (told) => {
        const text = surface.writeAnswer(told, answerContext());
        const read = backend.readChat(text, CONTEXT);
        if (read.kind !== "read") throw new Error("unreadable");
        const { blocks, finish, ...rest } = read.answer;
        expect({ ...rest, finish: finish.reason }).toEqual({
          id: "r",
          model: "m",
          usage: told.usage,
          finish: told.finish.reason,
        });
        expect(blocks.length).toBe(told.blocks.length);
        expect(asCaller(text)).toEqual(told.blocks);
      }),
      { numRuns: 300 },
    );
  });

  it("reads as it was streamed, and so does the history a caller keeps of it", () => {
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 50 }), (told, size) => {
        const writer = surface.createWriter(answerContext(ask({ contents: [{}] }, { stream: true, query: "alt=sse" })));
        const text = stream(told)
          .map((event) => writer.write([event]))
          .join("");
        const read = reader.create(CONTEXT);
        const arranger = createArranger();
        const events: ChatEvent[] = [];
        for (let at = 0; at < text.length; at += size) events.push(...arranger.push(read.push(text.slice(at, at + size))));
        events.push(...arranger.push(read.end()), ...arranger.end());
        const heard = collect(events);
        expect(heard?.usage).toEqual(told.usage);
        expect(heard?.finish.reason).toBe(told.finish.reason);
        const [turn] = surface.readChat(ask({ contents: asHistory(text) })).turns;
        expect(turn?.blocks ?? []).toEqual(told.blocks);
      }),
      { numRuns: 300 },
    );
  });
});
