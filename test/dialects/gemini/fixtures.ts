import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { ChatAnswer, ChatEvent, Finish } from "../../../src/dialects/canonical/chat-event.ts";
import type { Annotation, Block, Seal } from "../../../src/dialects/canonical/block.ts";

const ROOT = join(import.meta.dirname, "../../fixtures");

/** One recorded exchange. */
export interface Exchange {
  readonly name: string;
  /** The model that was asked. */
  readonly model: string;
  readonly request: string | null;
  readonly response: string | null;
  readonly stream: string | null;
  readonly normalized: Normalized;
  readonly normalizedResponse: Normalized;
}

/** What an exchange means, in no dialect; the fixtures' oracle. */
export interface Normalized {
  readonly text: string;
  readonly reasoning: string;
  readonly tool_calls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finish: string | null;
  readonly usage: {
    readonly input_total: number;
    readonly cache_read: number | null;
    readonly output_total: number;
    readonly reasoning: number | null;
  } | null;
  readonly error: unknown;
  readonly complete: boolean;
}

interface Step {
  readonly dir: string;
  readonly http?: { readonly protocol?: string; readonly url?: string };
  readonly normalized?: Normalized;
  readonly "normalized.response"?: Normalized;
}

function text(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** Every step of every case of `protocol` that is of that protocol, in order. */
export function exchanges(protocol: string): readonly Exchange[] {
  return readdirSync(join(ROOT, protocol)).flatMap((name) => {
    const dir = join(ROOT, protocol, name);
    const { steps } = JSON.parse(readFileSync(join(dir, "case.json"), "utf8")) as { steps: readonly Step[] };
    return steps.flatMap((step): readonly Exchange[] => {
      if ((step.http?.protocol ?? protocol) !== protocol || step.normalized === undefined) return [];
      const file = (of: string): string | null => text(join(dir, step.dir, of));
      const { normalized } = step;
      return [
        {
          name: step.dir === "." ? name : `${name}/${step.dir}`,
          model: /models\/([^:]+):/.exec(step.http?.url ?? "")?.[1] ?? "",
          request: file("request.json"),
          response: file("response.json"),
          stream: file("stream.sse"),
          normalized,
          normalizedResponse: step["normalized.response"] ?? normalized,
        },
      ];
    });
  });
}

export function fixture(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

type EventOf<Kind extends ChatEvent["kind"]> = Extract<ChatEvent, { readonly kind: Kind }>;

function lastOf<Kind extends ChatEvent["kind"]>(events: readonly ChatEvent[], kind: Kind): EventOf<Kind> | undefined {
  return events.findLast((event): event is EventOf<Kind> => event.kind === kind);
}

/** Strict events as a whole answer; null where it has no end. */
export function collect(events: readonly ChatEvent[]): ChatAnswer | null {
  const start = lastOf(events, "start");
  const finish = lastOf(events, "finish")?.finish;
  if (finish === undefined) return null;
  const usage = lastOf(events, "usage")?.usage ?? null;
  return { id: start?.id ?? null, model: start?.model ?? null, blocks: collectBlocks(events), finish, usage };
}

function collectBlocks(events: readonly ChatEvent[]): readonly Block[] {
  const blocks: Block[] = [];
  let escaped = "";
  for (const event of events) {
    const last = blocks.length - 1;
    const open = blocks[last];
    if (event.kind === "block") blocks.push(event.block);
    if (event.kind === "delta") escaped += event.pieces.join("");
    if (event.kind === "open") {
      blocks.push(blockOf(event.head));
      escaped = "";
    }
    if (open === undefined) continue;
    if (event.kind === "seal") blocks[last] = { ...open, seal: event.seal } as Block;
    if (event.kind === "annotate") blocks[last] = annotated(open, event.annotation);
    if (event.kind === "close") blocks[last] = withText(open, String(JSON.parse(`"${escaped}"`)));
  }
  return blocks;
}

function annotated(block: Block, annotation: Annotation): Block {
  return block.kind === "text" ? { ...block, annotations: [...(block.annotations ?? []), annotation] } : block;
}

function blockOf(head: Extract<ChatEvent, { kind: "open" }>["head"]): Block {
  switch (head.kind) {
    case "text":
    case "refusal":
      return { kind: head.kind, text: "" };
    case "reasoning":
      return { kind: "reasoning", text: "", isSummary: head.isSummary, seal: null };
    case "tool_call":
      return { ...head, arguments: "", seal: null };
  }
}

function withText(block: Block, filled: string): Block {
  return block.kind === "tool_call" ? { ...block, arguments: filled } : ({ ...block, text: filled } as Block);
}

const FINISHES: Readonly<Record<Finish["reason"], string>> = {
  stop: "stop",
  stop_sequence: "stop",
  length: "length",
  context: "length",
  tool_calls: "tool_calls",
  content_filter: "content_filter",
  pause: "other",
  malformed_call: "error",
  other: "other",
};

/** An answer in the oracle's words. */
export function normalize({ blocks, finish, usage }: Pick<ChatAnswer, "blocks" | "finish" | "usage">): unknown {
  const joined = (kind: "text" | "reasoning"): string => blocks.map((block) => (block.kind === kind ? block.text : "")).join("");
  return {
    text: joined("text"),
    reasoning: joined("reasoning"),
    tool_calls: blocks.flatMap((block) =>
      block.kind === "tool_call" ? [{ name: block.name, arguments: JSON.parse(block.arguments) as unknown }] : [],
    ),
    finish: FINISHES[finish.reason],
    usage:
      usage === null
        ? null
        : {
            input_total: usage.inputTokens,
            cache_read: usage.cachedInputTokens,
            output_total: usage.outputTokens,
            reasoning: usage.reasoningTokens,
          },
  };
}

/** The oracle with what it cannot tell from zero as zero. */
export function expected({ finish, reasoning, text: said, tool_calls, usage }: Normalized): unknown {
  return {
    text: said,
    reasoning,
    tool_calls: tool_calls.map((call) => ({ name: call.name, arguments: call.arguments })),
    finish,
    usage:
      usage === null
        ? null
        : {
            input_total: usage.input_total,
            cache_read: usage.cache_read ?? 0,
            output_total: usage.output_total,
            reasoning: usage.reasoning ?? 0,
          },
  };
}

/** Every seal of an answer or a turn, in order. */
export function sealsOf(blocks: readonly Block[]): readonly Seal[] {
  return blocks.flatMap((block) => ("seal" in block && block.seal !== null ? [block.seal] : []));
}
