import { describe, expect, it } from "vitest";
import { defaultQuirks } from "../../../src/core/policy/default-quirks.ts";
import { readRequest } from "../../../src/dialects/openai-chat/read-request.ts";
import { writeRequest } from "../../../src/dialects/openai-chat/write-request.ts";
import { decode, upstreamOf } from "./asking.ts";
import { readRecordings } from "./recordings.ts";

type Fields = Record<string, unknown>;

const recordings = ["openai-chat", "openai-compat"].flatMap(readRecordings).filter(({ request }) => request !== null);

/** Requests that are not read, and why. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["openai-chat/eaig-chat-bad-request", "its provider refused it too: max_tokens is -1"],
  ["openai-chat/eaig-chat-no-messages", "its provider refused it too: messages is empty"],
]);

/** Members that are not written again, and why. */
const EXCEPTIONS: ReadonlyMap<string, { readonly fields: readonly string[]; readonly why: string }> = new Map([
  [
    "openai-chat/spec-chat-completions-logprobs",
    { fields: ["logprobs", "top_logprobs"], why: "the answer would not carry them" },
  ],
]);

/** The one of several ways to say the same that is written. */
function inOneWay(body: Fields): Fields {
  const { messages, n, reasoning, stream, stream_options: _, tools, tool_choice: choice, ...rest } = body;
  const said = {
    ...rest,
    messages: (JSON.parse(JSON.stringify(messages), dropNull) as Fields[]).map(messageInOneWay),
    ...reasoningInOneWay(reasoning),
  };
  const more = {
    n: n === 1 ? null : n,
    tools:
      (tools as Fields[] | undefined)?.[0] === undefined
        ? null
        : (tools as Fields[]).map((tool) => ({ type: "function", ...tool })),
    tool_choice: choice === "any" ? "required" : choice,
    ...(stream === true ? { stream, stream_options: { include_usage: true } } : {}),
  };
  return Object.fromEntries(Object.entries({ ...said, ...more }).filter(([, value]) => value !== null && value !== undefined));
}

function dropNull(_key: string, value: unknown): unknown {
  return value === null ? undefined : value;
}

function reasoningInOneWay(reasoning: unknown): Fields {
  const { effort, enabled, ...rest } = (reasoning ?? {}) as Fields;
  if (Object.keys(rest).length > 0) return { reasoning };
  if (effort !== undefined) return { reasoning_effort: effort };
  if (enabled === undefined) return {};
  return enabled === false ? { reasoning_effort: "none" } : { reasoning };
}

/** Thoughts are not sent back without their state. */
function messageInOneWay(message: Fields): Fields {
  const { content, reasoning: _, tool_calls: calls, ...rest } = message;
  const [part] = Array.isArray(content) ? (content as Fields[]) : [];
  const isOneText = Array.isArray(content) && content.length === 1 && part?.["type"] === "text";
  const said = isOneText ? part?.["text"] : content;
  if (!Array.isArray(calls) || calls.length === 0) return { ...rest, content: said };
  const isEmpty = ["", "[]", undefined].includes(typeof said === "string" ? said : JSON.stringify(said));
  const entries = (calls as Fields[]).map(({ index: _index, ...call }) => ({ type: "function", ...call }));
  return { ...rest, content: isEmpty ? null : said, tool_calls: entries };
}

describe("recorded chat requests", () => {
  const named = recordings.map(({ name, request }) => [name, request ?? ""] as const);

  it.each(named.filter(([name]) => !REFUSED.has(name)))("%s is written as it was read", (name, text) => {
    const body = JSON.parse(text) as Fields;
    const maxTokensField = "max_completion_tokens" in body ? "max_completion_tokens" : "max_tokens";
    const quirks = { ...defaultQuirks("openai-chat"), developerRole: true, maxTokensField } as const;
    const upstream = upstreamOf({ model: String(body["model"]), quirks });
    const written = JSON.parse(writeRequest(readRequest(decode(text)), upstream).body) as Fields;
    const wanted = inOneWay(body);
    for (const field of EXCEPTIONS.get(name)?.fields ?? []) delete wanted[field];
    expect(written, EXCEPTIONS.get(name)?.why).toEqual(wanted);
  });

  it.each(named.filter(([name]) => REFUSED.has(name)))("%s is refused", (_, text) => {
    expect(() => readRequest(decode(text))).toThrow();
  });
});
