import { mayKeep, readRecord, writeRecord } from "../../../src/dialects/canonical/answer-record.ts";
import { answerEvents } from "../../../src/dialects/canonical/answer-events.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import { captureJson, captureStream } from "../../../src/dialects/capture-answer.ts";
import { backendOf, surfaceOf } from "../../../src/dialects/index.ts";
import { judgeReplay } from "./judge-replay.ts";
import { READING, replayContext, SURFACES } from "./replay-context.ts";
import type { RecordedAnswer } from "./recorded-answers.ts";

export interface Captures {
  readonly kept: number;
  readonly refused: number;
  readonly cuts: number;
  readonly replays: number;
  /** What should not be: an unsound answer kept, a sound one refused, a replay that says something else. */
  readonly problems: readonly string[];
}

interface Extent {
  /** Cuts of each stream. */
  readonly cuts: number;
  /** Of the kept answers, every how many is replayed on all surfaces. */
  readonly replayEvery: number;
  /** Replays are held against the published types, too. */
  readonly isTyped: boolean;
}

/** Captures every recorded answer, whole and cut, and replays what was kept. */
export function runCaptures(answers: readonly RecordedAnswer[], { cuts, isTyped, replayEvery }: Extent): Captures {
  const problems: string[] = [];
  const kept: ChatAnswer[] = [];
  let cutStreams = 0;
  let replays = 0;
  for (const answer of answers) {
    const captured = capture(answer, answer.bytes);
    problems.push(...judgeCapture(answer, captured).map((says) => `${answer.form} ${answer.name}: ${says}`));
    if (captured === null) continue;
    if (kept.push(captured) % replayEvery === 0) {
      replays += 2 * SURFACES.length;
      problems.push(...judgeReplays(captured, isTyped).map((says) => `${answer.form} ${answer.name}: ${says}`));
    }
    for (const end of answer.form === "stream" ? cutsOf(answer.bytes.length, cuts) : []) {
      cutStreams += 1;
      const cut = capture(answer, answer.bytes.subarray(0, end));
      if (cut !== null && textOf(cut) !== textOf(captured)) problems.push(`${answer.name}: kept when it is cut at ${end}`);
    }
  }
  return { kept: kept.length, refused: answers.length - kept.length, cuts: cutStreams, replays, problems };
}

function capture({ backend, form }: RecordedAnswer, bytes: Uint8Array): ChatAnswer | null {
  if (form === "json") return captureJson(new TextDecoder().decode(bytes), backend, READING);
  // In two pieces, between whose bytes a character may be cut.
  const half = Math.floor(bytes.length / 2);
  return captureStream([bytes.subarray(0, half), bytes.subarray(half)], backend, READING);
}

/** What only its provider's own format can show, or nobody counted. */
const HOLDS_MORE =
  /"(?:server_tool_use|server_tool_call|mcp_tool_use|mcp_call|mcp_list_tools|web_search_call|x_search_call|file_search_call|code_interpreter_call|shell_call|custom_tool_call|compaction|advisor_tool_result|fallback|file_citation|executableCode|toolCall)"/;

function judgeCapture(answer: RecordedAnswer, captured: ChatAnswer | null): readonly string[] {
  const { backend, bytes, normalized } = answer;
  const isSound = isWhole(answer) && normalized.tool_calls.length === 0;
  if (captured !== null) {
    const isSame = textOf(captured) === normalized.text;
    return [...(isSound && mayKeep(captured) ? [] : ["kept, and unsound"]), ...(isSame ? [] : ["kept with another text"])];
  }
  const isPlain = backend.reader.wire === "text" && !HOLDS_MORE.test(new TextDecoder().decode(bytes));
  const saysAll = normalized.text.trim() !== "" && normalized.usage !== null;
  return isSound && isPlain && saysAll ? ["refused, and sound"] : [];
}

function isWhole({ normalized: { complete, error, finish } }: RecordedAnswer): boolean {
  return complete && (error ?? null) === null && (finish === "stop" || finish === "stop_sequence");
}

function judgeReplays(captured: ChatAnswer, isTyped: boolean): readonly string[] {
  const record = writeRecord({ kind: "chat", answer: captured });
  const kept = record === null || captured.usage === null ? null : readRecord(record, captured.usage);
  if (kept?.kind !== "chat") return ["its record cannot be read"];
  const hasMedia = captured.blocks.some(({ kind }) => kind === "media");
  return SURFACES.flatMap((surface) => {
    const json = surfaceOf(surface).writeAnswer(kept.answer, replayContext(surface, false));
    const stream = surfaceOf(surface).createWriter(replayContext(surface, true)).write(answerEvents(kept.answer));
    const read = [
      captureJson(json, backendOf(surface), READING),
      captureStream([new TextEncoder().encode(stream)], backendOf(surface), READING),
    ];
    const problems = [
      ...judgeReplay({ surface, text: json, isStream: false, isTyped }),
      ...judgeReplay({ surface, text: stream, isStream: true, isTyped }),
    ];
    const isSame = hasMedia || read.every((answer) => answer !== null && textOf(answer) === textOf(captured));
    return [...problems, ...(isSame ? [] : ["says something else"])].map((says) => `as ${surface}: ${says}`);
  });
}

function textOf({ blocks }: ChatAnswer): string {
  return blocks.map((block) => (block.kind === "text" ? block.text : "")).join("");
}

function cutsOf(length: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * length) / count));
}
