import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRecord } from "../../../src/core/json/is-record.ts";
import { writeCountRequest, writeRequest } from "../../../src/dialects/bedrock-converse/write-request.ts";
import { runsOf } from "../../judges/runs.ts";
import { CLAUDE, upstream } from "./asking.ts";
import { writeWithSdk } from "./aws-sdk.ts";
import { requestArbitrary } from "./request-arbitrary.ts";

type Fields = Readonly<Record<string, unknown>>;

const targets = fc.constantFrom(
  upstream(CLAUDE),
  upstream(CLAUDE, { capabilities: new Set(["tools", "vision", "files"]), maxOutputTokens: 8000 }),
  upstream("us.anthropic.claude-opus-4-7"),
  upstream("us.amazon.nova-2-lite-v1:0"),
  upstream("us.meta.llama4-maverick-17b-instruct-v1:0"),
  upstream("mistral.mistral-large-2407-v1:0", { capabilities: new Set(["tools"]) }),
  upstream("my-model"),
);

describe("a written request", () => {
  it("is one that Converse takes, whatever was asked", { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(requestArbitrary, targets, (request, target) => {
        const body: unknown = JSON.parse(writeRequest(request, target).body);
        expect(faultsOf(body)).toEqual([]);
      }),
      { numRuns: runsOf(1000, 20_000) },
    );
  });

  it("has no member that the AWS SDK does not know", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(requestArbitrary, targets, async (request, target) => {
        const body: unknown = JSON.parse(writeRequest(request, target).body);
        if (!isRecord(body)) throw new Error("not an object");
        expect(JSON.parse((await writeWithSdk(target.model, body)).body)).toEqual(body);
      }),
      { numRuns: runsOf(300, 3000) },
    );
  });

  it("is the same bytes for the same request, and counts the same input", { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(requestArbitrary, targets, (request, target) => {
        const { body } = writeRequest(request, target);
        expect(writeRequest(request, target).body).toBe(body);
        const { messages, system, toolConfig }: Fields = JSON.parse(body) as Fields; // the writer gives objects
        const counted: unknown = JSON.parse(writeCountRequest(request, target));
        expect(counted).toMatchObject(
          JSON.parse(JSON.stringify({ input: { converse: { messages, system, toolConfig } } })) as Fields,
        );
      }),
      { numRuns: runsOf(300, 5000) },
    );
  });

  it("tells of every loss in words that a header can hold", { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(requestArbitrary, targets, (request, target) => {
        const { losses } = writeRequest(request, target);
        for (const { feature, reason } of losses) expect(`${feature}: ${reason}`).toMatch(/^[a-z_]+(?:\.\S+)?: [ -~]+[^.]$/);
        expect(new Set(losses.map(({ feature, reason }) => feature + reason)).size).toBe(losses.length);
      }),
      { numRuns: runsOf(300, 5000) },
    );
  });
});

/** What Converse would refuse. */
function faultsOf(body: unknown): readonly string[] {
  if (!isRecord(body)) return ["no object"];
  const messages = list(body["messages"]);
  const config = isRecord(body["toolConfig"]) ? body["toolConfig"] : null;
  const faults = messages.flatMap(messageFaults);
  if (messages.some(({ role }, index) => index > 0 && messages[index - 1]?.["role"] === role))
    faults.push("roles do not alternate");
  const hasToolBlocks = messages.some(({ content }) =>
    list(content).some((block) => block["toolUse"] !== undefined || block["toolResult"] !== undefined),
  );
  if (hasToolBlocks && config === null) faults.push("tool blocks without tools");
  if (config !== null) faults.push(...toolFaults(config));
  const points = JSON.stringify([body["messages"], body["system"], config?.["tools"]]).match(/"cachePoint"/g) ?? [];
  if (points.length > 4) faults.push("too many cache points");
  const ids = (JSON.stringify(messages).match(/"toolUseId":"(?:[^"\\]|\\.)*"/g) ?? []).filter(
    (id) => !/^"toolUseId":"[A-Za-z0-9_-]{1,64}"$/.test(id),
  );
  return [...faults, ...ids];
}

function messageFaults({ content, role }: Fields): string[] {
  const blocks = list(content);
  const faults: string[] = [];
  const has = (key: string): boolean => blocks.some((block) => block[key] !== undefined);
  if (blocks.length === 0) faults.push("empty content");
  if (blocks.some(({ text }) => typeof text === "string" && text.trim() === "")) faults.push("blank text");
  if (has("document") && !has("text")) faults.push("a document without text");
  const lastResult = blocks.findLastIndex(({ toolResult }) => toolResult !== undefined);
  if (blocks.slice(0, lastResult + 1).some(({ cachePoint, toolResult }) => toolResult === undefined && cachePoint === undefined))
    faults.push("results are not first");
  if (role === "assistant" && (has("image") || has("document") || has("toolResult"))) faults.push("the assistant sends media");
  if (blocks[0]?.["cachePoint"] !== undefined) faults.push("a cache point behind nothing");
  return faults;
}

function toolFaults({ toolChoice, tools }: Fields): string[] {
  const specs = list(tools).flatMap(({ toolSpec }) => (isRecord(toolSpec) ? [toolSpec] : []));
  const faults = specs
    .filter(({ name }) => !/^[A-Za-z0-9_-]{1,64}$/.test(String(name)))
    .map(({ name }) => `name ${String(name)}`);
  if (specs.length === 0) faults.push("no tools");
  if (
    specs.some(
      ({ inputSchema }) => !isRecord(inputSchema) || !isRecord(inputSchema["json"]) || inputSchema["json"]["type"] !== "object",
    )
  )
    faults.push("no schema");
  if (isRecord(toolChoice) && Object.keys(toolChoice).length !== 1) faults.push("not one choice");
  return faults;
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
