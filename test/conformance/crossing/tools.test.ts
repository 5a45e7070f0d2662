import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BACKENDS, PLAIN_BACKENDS } from "./backends.ts";
import type { Ask, AskedTool, SurfaceName } from "./callers/caller.ts";
import { callerOf, CHAT_CALLERS } from "./callers/index.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { differs, findWrong, nameOf, type Pair, pairsOf } from "./pairs.ts";
import type { Received } from "./scene.ts";
import { hear } from "./send.ts";
import { PLAIN, type Told } from "./told.ts";
import { forcedToolOf, LEGAL_NAME, toolsSentTo } from "./wires/sent-tools.ts";

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab(() => ({ objects: routesToEach("to") }));
});
afterAll(() => lab.close());

const CALLING = PLAIN_BACKENDS.filter((backend) => backend !== "openai-completions");
const PAIRS = pairsOf(CHAT_CALLERS, CALLING);

/** Dots, a colon and more than 64 characters, so that only some formats take it. */
const WILD = `weather.look_up:v2.${"of_the_day_".repeat(5)}`;
const SCHEMA = { type: "object", properties: { city: { type: "string" }, n: { type: "integer" } }, required: ["city"] };
const TOOLS: readonly AskedTool[] = [
  { name: WILD, description: "Says what the weather is.", schema: SCHEMA },
  { name: "add", schema: { type: "object", properties: {} } },
];
const FIRST = '{"city":"Köln \\"Mitte\\" 🦜","n":12345678901234567890,"list":[1.5,{"a":null}]}';

/** Calls every tool that was sent, at once. */
function callAll(dialect: (typeof BACKENDS)[keyof typeof BACKENDS]["dialect"]): (received: Received) => Told {
  return ({ body }) => {
    const calls = toolsSentTo(dialect, body).map((name, index) => ({
      id: `call_${index}`,
      name,
      arguments: index === 0 ? FIRST : "{}",
    }));
    return { ...PLAIN, text: "Let me see.", calls };
  };
}

/** Objects lose what the caller's own JSON loses. */
function same(caller: SurfaceName, heard: string, told: string): boolean {
  const isText = caller === "openai-chat" || caller === "openai-responses";
  return isText ? heard === told : JSON.stringify(JSON.parse(heard)) === JSON.stringify(JSON.parse(told));
}

describe("tools", () => {
  it("are called at once, by the caller's own names, with the arguments as they were told", async () => {
    const pairs = PAIRS.filter(({ backend, caller }) => BACKENDS[backend].dialect !== caller.name);
    const wrong = await findWrong(pairs, nameOf, async ({ backend, caller, stream }) => {
      const { dialect } = BACKENDS[backend];
      const scene = lab.upstream.stage({ [backend]: { kind: "made", make: callAll(dialect) } });
      const heard = await hear(lab.router, caller, { model: `to-${backend}`, prompt: scene.marker, tools: TOOLS, stream });
      const sent = toolsSentTo(dialect, scene.received[0]?.body);
      return [
        ...sent.filter((name) => !LEGAL_NAME[dialect].test(name)).map((name) => `the upstream was sent the name ${name}`),
        ...differs("tools sent", sent.length, TOOLS.length),
        ...differs(
          "names",
          heard.calls.map(({ name }) => name),
          [WILD, "add"],
        ),
        ...(same(caller.name, heard.calls[0]?.arguments ?? "null", FIRST)
          ? []
          : [`arguments ${heard.calls[0]?.arguments ?? ""}`]),
        ...differs("no arguments", heard.calls[1]?.arguments, "{}"),
        ...differs("ids", new Set(heard.calls.map(({ id }) => id)).size, 2),
        ...differs("text", heard.text, "Let me see."),
        ...differs("finish", heard.finish, caller.finishes.tool),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("pass as they came to a backend of the caller's own format", async () => {
    const pairs = PAIRS.filter(({ backend, caller }) => BACKENDS[backend].dialect === caller.name);
    const wrong = await findWrong(pairs, nameOf, async ({ backend, caller, stream }) => {
      const { dialect } = BACKENDS[backend];
      const scene = lab.upstream.stage({ [backend]: { kind: "made", make: callAll(dialect) } });
      const heard = await hear(lab.router, caller, { model: `to-${backend}`, prompt: scene.marker, tools: TOOLS, stream });
      return [
        ...differs("sent", toolsSentTo(dialect, scene.received[0]?.body), [WILD, "add"]),
        ...differs(
          "names",
          heard.calls.map(({ name }) => name),
          [WILD, "add"],
        ),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("are chosen by the name they are sent under", async () => {
    const chosen: Readonly<Record<string, Ask["fields"]>> = {
      "openai-chat": { tool_choice: { type: "function", function: { name: WILD } } },
      "openai-responses": { tool_choice: { type: "function", name: WILD } },
      "anthropic-messages": { tool_choice: { type: "tool", name: WILD } },
      gemini: { toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: [WILD] } } },
    };
    const wrong = await findWrong(PAIRS, nameOf, async ({ backend, caller, stream }) => {
      const { dialect } = BACKENDS[backend];
      const scene = lab.upstream.stage({ [backend]: { kind: "made", make: callAll(dialect) } });
      const fields = chosen[caller.name] ?? {};
      await hear(lab.router, caller, { model: `to-${backend}`, prompt: scene.marker, tools: TOOLS, stream, fields });
      const body = scene.received[0]?.body;
      return differs("choice", forcedToolOf(dialect, body), toolsSentTo(dialect, body)[0]);
    });
    expect(wrong).toEqual([]);
  });
});

describe("a free-form tool", () => {
  const INPUT = 'SELECT "naïve"\n  FROM t; -- 🦜 \\ end';
  const declared: Readonly<Partial<Record<SurfaceName, object>>> = {
    "openai-chat": { type: "custom", custom: { name: "run.sql", description: "Runs SQL." } },
    "openai-responses": { type: "custom", name: "run.sql", description: "Runs SQL." },
  };
  const callers = [callerOf("openai-chat"), callerOf("openai-responses")];
  const pairs = pairsOf(callers, CALLING).filter(
    ({ backend }) => !["openai-chat", "openai-responses"].includes(BACKENDS[backend].dialect),
  );
  const crossed: readonly Pair[] = [...pairs, ...pairsOf([callerOf("openai-responses")], ["openai-chat"])];

  it("is a function of one text elsewhere, and its call is free-form again", async () => {
    const wrong = await findWrong(crossed, nameOf, async ({ backend, caller, stream }) => {
      const { dialect } = BACKENDS[backend];
      const make = ({ body }: Received): Told => {
        const [name = ""] = toolsSentTo(dialect, body);
        return { ...PLAIN, text: "", calls: [{ id: "call_1", name, arguments: JSON.stringify({ input: INPUT }) }] };
      };
      const scene = lab.upstream.stage({ [backend]: { kind: "made", make } });
      const fields = { tools: [declared[caller.name]] };
      const heard = await hear(lab.router, caller, { model: `to-${backend}`, prompt: scene.marker, stream, fields });
      return [
        ...differs(
          "calls",
          heard.calls.map(({ arguments: input, name }) => [name, input]),
          [["run.sql", INPUT]],
        ),
        ...((scene.received[0]?.text ?? "").includes('"input":{"type":"string"}') ? [] : ["the upstream was sent no text input"]),
      ];
    });
    expect(wrong).toEqual([]);
  });
});
