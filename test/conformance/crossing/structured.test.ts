import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BACKENDS, type BackendName, declareBackend, PLAIN_BACKENDS } from "./backends.ts";
import { CHAT_CALLERS } from "./callers/index.ts";
import { type CrossingLab, ONCE, route, routesToEach, startCrossingLab } from "./lab.ts";
import { differs, findWrong, nameOf, pairsOf } from "./pairs.ts";
import type { Received } from "./scene.ts";
import { hear } from "./send.ts";
import { PLAIN, type Told } from "./told.ts";
import { forcedToolOf, toolsSentTo } from "./wires/sent-tools.ts";

/** Backends whose formats have no word for it on older models: a tool stands for the format there. */
const FORCING: readonly BackendName[] = ["anthropic-messages", "bedrock-converse"];

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab((upstreamUrl) => {
    const older = FORCING.map((name) =>
      declareBackend(name, upstreamUrl, {
        as: `older-${name}`,
        spec: { models: [{ name: BACKENDS[name].model, capabilities: ["tools"] }] },
      }),
    );
    const routes = FORCING.map((name) =>
      route(`forced-${name}`, [{ provider: `older-${name}`, model: BACKENDS[name].model }], ONCE),
    );
    const objects = [...older.map(({ object }) => object), ...routesToEach("to"), ...routes];
    return { objects, variables: older.map(({ variable }) => variable) };
  });
});
afterAll(() => lab.close());

const SCHEMA = {
  type: "object",
  properties: { verdict_4711: { type: "string" }, score: { type: "number" } },
  required: ["verdict_4711", "score"],
  additionalProperties: false,
};
const ANSWER = '{"verdict_4711":"naïve \\"ok\\" 🦜","score":0.1}';

describe("a JSON schema for the answer", () => {
  it("reaches every backend in its own form, and the answer comes back as it was told", async () => {
    const backends = PLAIN_BACKENDS.filter((backend) => backend !== "openai-completions");
    const wrong = await findWrong(pairsOf(CHAT_CALLERS, backends), nameOf, async ({ backend, caller, stream }) => {
      const scene = lab.upstream.stage({ [backend]: { kind: "told", told: { ...PLAIN, text: ANSWER } } });
      const heard = await hear(lab.router, caller, { model: `to-${backend}`, prompt: scene.marker, schema: SCHEMA, stream });
      const sent = scene.received[0];
      return [
        ...differs("text", heard.text, ANSWER),
        ...differs("finish", heard.finish, caller.finishes.stop),
        ...(NATIVE_FORM[BACKENDS[backend].dialect].test(sent?.text ?? "") ? [] : [`it was sent ${sent?.text ?? ""}`]),
        ...((sent?.text ?? "").includes("verdict_4711") ? [] : ["the schema was not sent"]),
        ...differs("tools", toolsSentTo(BACKENDS[backend].dialect, sent?.body), []),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("is asked for as a tool that must be called, where the model has no such thing, and comes back as text", async () => {
    // A caller of the backend's own format knows what its model can.
    const pairs = pairsOf(CHAT_CALLERS, FORCING).filter(({ backend, caller }) => BACKENDS[backend].dialect !== caller.name);
    const wrong = await findWrong(pairs, nameOf, async ({ backend, caller, stream }) => {
      const { dialect } = BACKENDS[backend];
      const make = ({ body }: Received): Told => ({
        ...PLAIN,
        text: "",
        calls: [{ id: "call_1", name: forcedToolOf(dialect, body) ?? "not forced", arguments: ANSWER }],
      });
      const scene = lab.upstream.stage({ [backend]: { kind: "made", make } });
      const heard = await hear(lab.router, caller, { model: `forced-${backend}`, prompt: scene.marker, schema: SCHEMA, stream });
      return [
        ...differs("text", heard.text, ANSWER),
        ...differs("calls", heard.calls, []),
        ...differs("finish", heard.finish, caller.finishes.stop),
        ...((scene.received[0]?.text ?? "").includes("verdict_4711") ? [] : ["the schema was not sent"]),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

const NATIVE_FORM = {
  "openai-chat": /"response_format":\{"type":"json_schema"/,
  "openai-responses": /"text":\{[^}]*"format":\{"type":"json_schema"|"text":\{"format":/,
  "openai-completions": /^$/,
  "anthropic-messages": /"output_config":\{"format":\{"type":"json_schema"/,
  gemini: /"responseMimeType":"application\/json","responseJsonSchema":|"responseJsonSchema":/,
  "bedrock-converse": /"outputConfig":\{"textFormat":\{"type":"json_schema"/,
} as const;
