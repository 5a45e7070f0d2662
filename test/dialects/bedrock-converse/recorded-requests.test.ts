import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isRecord } from "../../../src/core/json/is-record.ts";
import { familyOf } from "../../../src/dialects/bedrock-converse/model-vendor.ts";
import { readChat } from "../../../src/dialects/bedrock-converse/read-chat.ts";
import { writeCountRequest, writeRequest } from "../../../src/dialects/bedrock-converse/write-request.ts";
import { EMPTY, turn, upstream } from "./asking.ts";
import { writeWithSdk } from "./aws-sdk.ts";
import { CONTEXT } from "./collect.ts";
import { readRequest } from "./read-request.ts";
import { readRecordings } from "./recordings.ts";

const recordings = readRecordings();
const requests = recordings.flatMap(({ steps }) =>
  steps.flatMap(({ id, model, request }) => (request === null ? [] : [{ id, model, request }])),
);

/** These cannot come out as they went in. */
const DIFFERING: Readonly<Record<string, string>> = {
  "pyd-bedrock-bedrock_cache_write_and_read/step-1":
    "a blank text was sent only to part a document from a cache point, which goes before it",
  "pyd-bedrock-bedrock_cache_write_and_read/step-2": "the same",
};

/** A recorded request without what means nothing: empty members, and what every model does by itself. */
function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([key, member]) => {
    if (key === "status" && member === "success") return value["type"] !== undefined;
    if (key === "toolChoice" && isRecord(member)) return member["auto"] === undefined;
    if (key === "system" || key === "inferenceConfig") return Object.keys(Object(member) as object).length > 0;
    return true;
  });
  return Object.fromEntries(entries.map(([key, member]) => [key, essence(member)]));
}

describe("recorded requests of Converse", () => {
  it("are all there", () => {
    expect(requests).toHaveLength(66);
  });

  it.each(requests.filter(({ id }) => DIFFERING[id] === undefined))("$id comes out as it went in", ({ model, request }) => {
    const written = writeRequest(readRequest(request, familyOf(model)), upstream(model));
    expect(written.losses).toEqual([]);
    expect(JSON.parse(written.body)).toEqual(essence(request));
  });

  it.each(requests)("$id is written as the AWS SDK writes it, member for member", async ({ model, request }) => {
    const { body } = writeRequest(readRequest(request, familyOf(model)), upstream(model));
    const value: unknown = JSON.parse(body);
    if (!isRecord(value)) throw new Error("not an object");
    expect(JSON.parse((await writeWithSdk(model, value)).body)).toEqual(value);
  });
});

describe("a conversation that goes on", () => {
  const conversations = recordings.filter(({ steps }) => steps.length > 1 && steps.every(({ response }) => response !== null));

  it("has been recorded often enough", () => {
    expect(conversations.length).toBeGreaterThan(10);
  });

  it.each(conversations)("$name sends its answers back as the recording did", ({ steps }) => {
    for (const [index, step] of steps.slice(1).entries()) {
      const before = steps[index];
      if (before === undefined || before.response === null) continue;
      const family = familyOf(step.model);
      const read = readChat(before.response.text, { ...CONTEXT, family });
      if (read.kind === "failed") throw new Error(read.failure.message);
      const replay = writeRequest(
        { ...EMPTY, turns: [turn("user", "a"), { role: "assistant", blocks: read.answer.blocks }] },
        upstream(step.model),
      );
      const foreign = writeRequest(
        { ...EMPTY, turns: [turn("user", "a"), { role: "assistant", blocks: read.answer.blocks }] },
        upstream(step.model, { family: "other" }),
      );
      const recorded = lastAnswer(step.request);
      // Steps that repeat a question carry no answer.
      if (recorded === undefined) continue;
      const sealed = JSON.stringify(recorded).match(/"signature":"[^"]*"/g) ?? [];
      expect(replay.body.match(/"signature":"[^"]*"/g) ?? []).toEqual(sealed);
      expect(foreign.body).not.toContain("reasoningContent");
      // Models that seal nothing were told their own thoughts as text: that is not done.
      expect(withoutThoughts(JSON.parse(replay.body))).toEqual(withoutThoughts({ messages: [{}, recorded] }));
    }
  });
});

/** The recorded answer in the next request: its last turn of the assistant. */
function lastAnswer(request: unknown): unknown {
  const messages = isRecord(request) && Array.isArray(request["messages"]) ? (request["messages"] as readonly unknown[]) : [];
  return messages.filter(isRecord).findLast(({ role }) => role === "assistant");
}

function withoutThoughts(body: unknown): unknown {
  const answer = lastAnswer(body);
  const content = isRecord(answer) && Array.isArray(answer["content"]) ? answer["content"].filter(isRecord) : [];
  const told = content.filter(
    ({ reasoningContent, text }) => reasoningContent === undefined && !(typeof text === "string" && text.startsWith("<think>")),
  );
  return essence(
    told.map((block) => (typeof block["text"] === "string" ? { text: block["text"].trimEnd() } : withoutType(block))),
  );
}

/** Answers say `tool_use` of a call; requests need not. */
function withoutType(block: Readonly<Record<string, unknown>>): unknown {
  const { toolUse } = block;
  if (!isRecord(toolUse) || toolUse["type"] !== "tool_use") return block;
  const { type: _, ...rest } = toolUse;
  return { ...block, toolUse: rest };
}

describe("recorded counts of tokens", () => {
  const folder = new URL("../../fixtures/bedrock-count-tokens/", import.meta.url);

  it.each(["pyd-bedrock-bedrock_count_tokens_tool_config", "pyd-bedrock-bedrock_count_tokens_additional_model_requests_fields"])(
    "%s comes out as it went in",
    (name) => {
      const recorded: unknown = JSON.parse(readFileSync(new URL(`${name}/request.json`, folder), "utf8"));
      const converse = isRecord(recorded) && isRecord(recorded["input"]) ? recorded["input"]["converse"] : null;
      if (!isRecord(converse)) throw new Error("no converse");
      const { additionalModelRequestFields: _, ...rest } = converse;
      const written: unknown = JSON.parse(
        writeCountRequest(
          { ...readRequest(rest, "bedrock-anthropic"), sampling: { ...EMPTY.sampling, maxOutputTokens: 5 } },
          upstream(),
        ),
      );
      expect(written).toEqual({ input: { converse: essence(rest) } });
    },
  );
});
