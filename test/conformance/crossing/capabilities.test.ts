import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PolicyRejected, startRouter } from "../../../src/cli/local-router.ts";
import { gateway } from "../faults/policy-objects.ts";
import { type BackendName, declareBackend } from "./backends.ts";
import type { Ask } from "./callers/caller.ts";
import { callerOf, CHAT_CALLERS } from "./callers/index.ts";
import { type CrossingLab, type LabPolicy, ONCE, route, startCrossingLab, type Target } from "./lab.ts";
import { PNG, WITH_IMAGE } from "./media-parts.ts";
import type { Scene } from "./scene.ts";
import { ask, type Sent } from "./send.ts";

/** What each model can do beyond plain text, and whose wire format it is asked in. */
const MODELS: Readonly<Record<string, readonly [BackendName, readonly string[]]>> = {
  reads: ["openai-chat", ["tools"]],
  "reads-too": ["openai-chat", []],
  measures: ["openai-chat", ["logprobs", "json_schema"]],
  sees: ["anthropic-messages", ["tools", "vision", "files"]],
  hears: ["gemini", ["tools", "vision", "audio_input"]],
};

function target(name: string): Target {
  return { provider: name, model: `up-${name}` };
}

function policyFor(upstreamUrl: string): LabPolicy {
  const providers = Object.entries(MODELS).map(([name, [backend, capabilities]]) =>
    declareBackend(backend, upstreamUrl, { as: name, spec: { models: [{ name: `up-${name}`, capabilities }] } }),
  );
  const routes = [
    route("mixed", [target("reads"), target("sees"), target("hears")]),
    route("native-last", [target("sees"), target("reads"), target("measures")]),
    route("text-only", [target("reads"), target("reads-too")]),
    route("seeing", [target("reads"), target("sees")], { require: ["vision"] }),
    route("unknown", [target("reads"), "gemini"]),
    route("hearing", [target("hears")], ONCE),
    route("measuring", [target("reads"), target("measures")]),
    route("seeing-alone", [target("sees")]),
    route("reading-alone", [target("reads")]),
  ];
  const objects = [...providers.map(({ object }) => object), ...routes];
  return { objects, variables: providers.map(({ variable }) => variable) };
}

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab(policyFor);
});
afterAll(() => lab.close());

interface Asked {
  readonly scene: Scene;
  readonly sent: Sent;
  /** Names of the models asked. */
  readonly asked: readonly string[];
}

async function send(name: (typeof CHAT_CALLERS)[number]["name"], askOf: (prompt: string) => Ask): Promise<Asked> {
  const scene = lab.upstream.stage();
  const sent = await ask(lab.router, callerOf(name), askOf(`hello ${scene.marker}`));
  const asked = scene.received.map(({ path, text }) => /up-[a-z-]+/.exec(path + text)?.[0]?.slice("up-".length) ?? "");
  return { scene, sent, asked };
}

describe.each(CHAT_CALLERS)("a caller of $name", ({ name }) => {
  const withImage = (model: string) => (prompt: string) => ({
    model,
    prompt,
    fields: WITH_IMAGE[name === "openai-completions" ? "openai-chat" : name](prompt),
  });

  it("is answered by the first target where that can do what is asked", async () => {
    const { asked, sent } = await send(name, (prompt) => ({ model: "mixed", prompt }));
    expect(sent.status).toBe(200);
    expect(asked).toEqual(["reads"]);
  });

  it("has its picture looked at by the first target that sees, and no other is asked", async () => {
    const { asked, scene, sent } = await send(name, withImage("mixed"));
    expect(sent).toMatchObject({ status: 200, headers: { "x-fairlead-attempts": "1" } });
    expect(asked).toEqual(["sees"]);
    expect(scene.received[0]?.text).toContain(PNG);
  });

  it("is refused where no target sees, with the models that do", async () => {
    const { asked, sent } = await send(name, withImage("text-only"));
    expect(sent.status).toBe(400);
    expect(asked).toEqual([]);
    const { message } = callerOf(name).readError(JSON.parse(sent.text));
    expect(message).toMatch(/the model has no vision/);
    for (const model of ["mixed", "native-last", "seeing", "hearing"]) expect(message).toContain(model);
    for (const model of ["text-only", "measuring"]) expect(message).not.toContain(model);
  });

  it("is never answered by a target that lacks what the route requires", async () => {
    const { asked, sent } = await send(name, (prompt) => ({ model: "seeing", prompt }));
    expect(sent.status).toBe(200);
    expect(asked).toEqual(["sees"]);
  });

  it("may have its picture looked at by a model of which nothing is known", async () => {
    const { scene, sent } = await send(name, withImage("unknown"));
    expect(sent.status).toBe(200);
    expect(scene.received.map(({ backend }) => backend)).toEqual(["gemini"]);
  });
});

function chat(fields: NonNullable<Ask["fields"]>, model: string): (prompt: string) => Ask {
  return (prompt) => ({ model, prompt, fields });
}

function withPart(part: object): (prompt: string) => Ask {
  return (prompt) => {
    const messages = [{ role: "user", content: [{ type: "text", text: prompt }, part] }];
    return { model: "mixed", prompt, fields: { messages } };
  };
}

describe("what a request uses", () => {
  it("passes over a target of the caller's own format too", async () => {
    const { asked, sent } = await send("openai-chat", chat({ logprobs: true }, "measuring"));
    expect(sent.status).toBe(200);
    expect(asked).toEqual(["measures"]);
  });

  it("is found in tools, in the format of the answer and in every kind of file", async () => {
    const tool = { type: "function", function: { name: "look", parameters: { type: "object", properties: {} } } };
    const format = { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" } } };
    const sound = { type: "input_audio", input_audio: { data: "UklGRiQAAABXQVZF", format: "wav" } };
    const file = { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0xLjQK" } };
    expect((await send("openai-chat", chat({ tools: [tool] }, "native-last"))).asked).toEqual(["sees"]);
    expect((await send("openai-chat", chat({ tools: [tool] }, "measuring"))).asked).toEqual(["reads"]);
    // A schema can be had of a model without one by a tool it must call, where the request is written anew.
    expect((await send("openai-chat", chat({ response_format: format }, "native-last"))).asked).toEqual(["sees"]);
    expect((await send("openai-chat", chat({ response_format: format }, "measuring"))).asked).toEqual(["measures"]);
    expect((await send("openai-chat", withPart(sound))).asked).toEqual(["hears"]);
    expect((await send("openai-chat", withPart(file))).asked).toEqual(["sees"]);
  });

  it("narrows what may be failed over to", async () => {
    const scene = lab.upstream.stage({ "anthropic-messages": { kind: "refused", refusal: "overloaded" } });
    const fields = WITH_IMAGE["openai-chat"](scene.marker);
    const sent = await ask(lab.router, callerOf("openai-chat"), { model: "mixed", prompt: "", fields });
    expect(sent).toMatchObject({ status: 200, headers: { "x-fairlead-attempts": "2", "x-fairlead-target": "hears/up-hears" } });
    expect(scene.received.map(({ backend }) => backend)).toEqual(["anthropic-messages", "gemini"]);
  });
});

describe("a route whose requirement no target meets", () => {
  it("does not compile", async () => {
    const policies = await mkdtemp(join(tmpdir(), "fairlead-crossing-"));
    const { object, variable } = declareBackend("openai-chat", "http://127.0.0.1:9", {
      as: "reads",
      spec: { models: [{ name: "up-reads", capabilities: ["tools"] }] },
    });
    const objects = [gateway(["http://127.0.0.1:9"]), object, route("seeing", [target("reads")], { require: ["vision"] })];
    await writeFile(join(policies, "policy.yaml"), objects.map((one) => JSON.stringify(one)).join("\n---\n"));
    const started = startRouter({ policies, env: { [variable]: "secret" }, cwd: policies, quiet: true });
    await expect(started).rejects.toThrow(PolicyRejected);
    await expect(started).rejects.toThrow(/no_capable_target.*vision/);
    await rm(policies, { recursive: true, force: true });
  });
});

describe("a route with one target", () => {
  it("refuses what its model is known not to do where the request is translated, and asks nobody", async () => {
    const { asked, sent } = await send("anthropic-messages", (prompt) => ({
      model: "reading-alone",
      prompt,
      fields: WITH_IMAGE["anthropic-messages"](prompt),
    }));
    expect(sent.status).toBe(400);
    expect(asked).toEqual([]);
  });

  it("gets a schema by way of a forced tool from a model that has none of its own", async () => {
    const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
    const { scene, sent } = await send("openai-chat", (prompt) => ({
      model: "seeing-alone",
      prompt,
      fields: { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } },
    }));
    expect(sent.status).toBe(200);
    expect(JSON.parse(scene.received[0]?.text ?? "{}")).toMatchObject({ tool_choice: { type: "tool" } });
  });
});
