import { describe, expect, it } from "vitest";
import { judgeJson, type JudgedSurface, judgeStream } from "./index.ts";
import { recordedBodies, recordedStreams } from "./recorded.ts";

/** Where providers do not keep what we ask of ourselves: what is said, of which fixtures, and why it is so. */
interface Exception {
  readonly surface: JudgedSurface;
  readonly says: RegExp;
  readonly cases?: RegExp;
  readonly why: string;
}

const EXCEPTIONS: readonly Exception[] = [
  { surface: "openai-chat", says: /must have required property 'logprobs'/, why: "left out unless asked for" },
  { surface: "openai-chat", says: /'refusal'|logprobs must match/, cases: /spec-/, why: "documentation older than the field" },
  { surface: "openai-chat", says: /./, cases: /spec-chat-completions-example/, why: "the answer of another operation" },
  {
    surface: "openai-chat",
    says: /follows the usage|no choice and no usage/,
    cases: /moderation_stream/,
    why: "a moderation result in a chunk of its own",
  },
  {
    surface: "openai-chat",
    says: /empty|changed|no choice|object/,
    cases: /vai-azure-model-router/,
    why: "a first chunk with empty id, model and object",
  },
  { surface: "openai-responses", says: /cache_write_tokens/, why: "recorded before the field came" },
  { surface: "openai-responses", says: /the response has no/, why: "recorded before Open Responses" },
  { surface: "openai-responses", says: /does not name the tool/, why: "recorded before arguments.done had the name" },
  { surface: "openai-responses", says: /is not what its done event said/, why: "the last event seals and redacts anew" },
  {
    surface: "openai-responses",
    says: /content of the done item/,
    cases: /logprobs_streaming/,
    why: "logprobs in the item alone",
  },
  { surface: "openai-responses", says: /'action'|'result'/, why: "an item of the provider's own tool, added before it has one" },
  { surface: "openai-responses", says: /server_description must be string/, why: "null where nothing was said" },
  {
    surface: "openai-responses",
    says: /still open|output_index|item_id is mcpl|its output has/,
    cases: /mcp_list_tools/,
    why: "lists of tools overlap",
  },
  { surface: "openai-responses", says: /item_id is undefined/, cases: /shell/, why: "a shell's steps do not name their item" },
  {
    surface: "openai-responses",
    says: /apply_patch|value of tag "type"/,
    cases: /apply-patch-tool/,
    why: "an event that was never published",
  },
  {
    surface: "openai-responses",
    says: /./,
    cases: /vai-openai-(?:phase|custom-tool)|responses_verbosity/,
    why: "shortened by who recorded it",
  },
  {
    surface: "openai-responses",
    says: /./,
    cases: /vai-openai-error/,
    why: "an error event with a nested error, then response.failed",
  },
  {
    surface: "anthropic-messages",
    says: /input_tokens|not cumulative/,
    cases: /asdk-|message-delta-input|advisor|duplicate/,
    why: "older than usage in message_delta",
  },
  {
    surface: "anthropic-messages",
    says: /value of tag "type"|name must be equal/,
    cases: /advisor|mcp|fallback|compaction/,
    why: "blocks of betas",
  },
  {
    surface: "anthropic-messages",
    says: /starts again/,
    cases: /duplicate-message-start/,
    why: "a broken proxy, kept as a trap",
  },
  { surface: "anthropic-messages", says: /'stop_sequence'/, cases: /vai-anthropic-json/, why: "shortened by who recorded it" },
  {
    surface: "gemini",
    says: /not whole|has no name/,
    cases: /stream-tool-call-ar/,
    why: "Vertex streams a call in parts where asked to",
  },
  {
    surface: "gemini",
    says: /finishReason must be|usageMetadata/,
    cases: /model_armor/,
    why: "a guard of Vertex in front of the model",
  },
  { surface: "gemini", says: /unknown member/, cases: /vertexai_count_tokens/, why: "Vertex counts more than the Gemini API" },
];

const used = new Set<Exception>();

/** What no exception covers. */
function unexplained(name: string, surface: JudgedSurface, problems: readonly string[]): readonly string[] {
  return problems.filter((problem) => {
    const exception = EXCEPTIONS.find(
      (one) => one.surface === surface && one.says.test(problem) && (one.cases ?? /./).test(name),
    );
    if (exception !== undefined) used.add(exception);
    return exception === undefined;
  });
}

describe("recorded answers", () => {
  it("of every surface are there to be judged", () => {
    const streams = Map.groupBy(recordedStreams(), ({ surface }) => surface);
    expect(Object.fromEntries([...streams].map(([surface, list]) => [surface, list.length]))).toEqual({
      "openai-chat": 6,
      "openai-completions": 2,
      "openai-responses": 40,
      "anthropic-messages": 39,
      gemini: 17,
    });
  });

  it.each(recordedStreams())("$name: a stream with nothing wrong but what is explained", ({ name, surface, bytes, outcome }) => {
    expect(unexplained(name, surface, judgeStream({ surface, text: bytes, outcome }))).toEqual([]);
  });

  it.each(recordedBodies())("$name: a body with nothing wrong but what is explained", ({ name, surface, kind, text }) => {
    expect(unexplained(name, surface, judgeJson({ surface, kind, text }))).toEqual([]);
  });

  it("need every exception", () => {
    expect(EXCEPTIONS.filter((exception) => !used.has(exception)).map(({ why }) => why)).toEqual([]);
  });
});
