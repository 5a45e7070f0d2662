import { describe, expect, it } from "vitest";
import { writeRequest } from "../../../src/dialects/anthropic-messages/write-request.ts";
import { OLD, readBody, upstreamOf } from "./ask.ts";
import { recordings } from "./recordings.ts";

type Fields = Readonly<Record<string, unknown>>;
type Blocks = readonly Fields[];

/** Recorded with the Responses API of another provider. */
const FOREIGN = ["pyd-anthropic-anthropic_server_tool_pass_history_to_another_provider/step-2"];

function blocksOf(content: unknown): Blocks {
  return typeof content === "string" ? [{ type: "text", text: content }] : (content as Blocks);
}

/** What a request says, however it is put: content in blocks, turns of one speaker as one, defaults left out. */
function said(text: string): unknown {
  const { max_tokens: maxTokens, messages, model: _model, stream, system, ...rest } = JSON.parse(text) as Fields;
  const turns: { readonly role: unknown; readonly content: Fields[] }[] = [];
  for (const { content, role } of messages as readonly { readonly content: unknown; readonly role: unknown }[]) {
    const blocks = blocksOf(content).map(withoutDefaults);
    const last = turns.at(-1);
    if (last !== undefined && last.role === role && role !== "system") last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  }
  return {
    ...rest,
    maxTokens: maxTokens ?? 4_096,
    stream: stream === true,
    system: system === undefined || system === "" ? [] : blocksOf(system),
    turns,
  };
}

function withoutDefaults({ content, is_error: isError, ...rest }: Fields): Fields {
  return {
    ...rest,
    ...(isError === true ? { is_error: true } : {}),
    ...(content === undefined ? {} : { content: rest["type"] === "tool_result" ? blocksOf(content) : content }),
  };
}

describe("recorded requests", () => {
  for (const protocol of ["anthropic-messages", "anthropic-count-tokens"]) {
    for (const { name, request } of recordings(protocol)) {
      if (request === null || FOREIGN.includes(name)) continue;
      const operation = protocol === "anthropic-messages" ? "chat" : "count_tokens";

      it(`${protocol}/${name} is read and written again as the same conversation`, () => {
        const { body, losses } = writeRequest(readBody(request, operation), OLD);
        expect(said(body)).toEqual(said(request));
        expect(losses).toEqual([]);
      });

      it(`${protocol}/${name} is written with the same bytes each time, and shows no seal to another family`, () => {
        const read = readBody(request, operation);
        expect(writeRequest(read, OLD).body).toBe(writeRequest(read, OLD).body);
        const { body } = writeRequest(read, { ...OLD, family: "openai" });
        expect(body).not.toMatch(/"type":"(?:redacted_)?thinking"|"signature"/);
      });
    }
  }

  it("hold signatures, which stay as they are for the family that made them", () => {
    const signed = recordings("anthropic-messages").filter(({ request }) => request?.includes('"signature"'));
    expect(signed.length).toBeGreaterThanOrEqual(2);
    for (const { request } of signed) {
      const signatures = [...(request ?? "").matchAll(/"signature": "([^"]+)"/g)].map(([, signature]) => signature);
      const { body } = writeRequest(readBody(request), upstreamOf("2023-06-01"));
      for (const signature of signatures) expect(body).toContain(`"signature":"${signature ?? ""}"`);
    }
  });
});
