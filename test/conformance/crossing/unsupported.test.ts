import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { type BackendName, PLAIN_BACKENDS } from "./backends.ts";
import type { Ask, Caller } from "./callers/caller.ts";
import { callerOf } from "./callers/index.ts";
import { consumer, type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { differs, findWrong } from "./pairs.ts";
import { ask, type Sent } from "./send.ts";
import { type FieldCase, HINTS, MEANINGFUL } from "./unsupported-fields.ts";
import type { Scene } from "./scene.ts";

let lab: CrossingLab;
/** Of a consumer who may use few models. */
const narrow = createIdentity().key;
beforeAll(async () => {
  const identity = createIdentity();
  const models = ["to-bedrock-converse", "to-anthropic-messages", "drop-openai-chat"];
  const objects = [
    ...routesToEach("to"),
    ...routesToEach("drop", { unsupported: "Drop" }),
    await consumer("narrow", { key: narrow, pepper: identity.pepper, models }),
  ];
  lab = await startCrossingLab(() => ({ objects }), identity);
});
afterAll(() => lab.close());

/** One part of a request on its way to one backend. */
interface Crossing {
  readonly field: FieldCase;
  readonly backend: BackendName;
}

function crossingsOf(fields: readonly FieldCase[]): readonly Crossing[] {
  // Legacy completions hold one text: what they lose is theirs alone, and told by their own suite.
  const backends = PLAIN_BACKENDS.filter((backend) => backend !== "openai-completions");
  return fields.flatMap((field) => backends.map((backend): Crossing => ({ field, backend })));
}

function describeCrossing({ backend, field }: Crossing): string {
  return `${field.caller} ${field.param} → ${backend}`;
}

interface Asked {
  readonly caller: Caller;
  readonly scene: Scene;
  readonly sent: Sent;
}

async function send(prefix: string, { backend, field }: Crossing, stream = false): Promise<Asked> {
  return sendTo(`${prefix}-${backend}`, field, stream);
}

async function sendTo(model: string, field: FieldCase, stream = false): Promise<Asked> {
  const scene = lab.upstream.stage();
  const caller = callerOf(field.caller);
  const prompt = `hello ${scene.marker}`;
  const sent = await ask(lab.router, caller, { model, prompt, stream, fields: field.fields(prompt) });
  return { caller, scene, sent };
}

/** Left out and said, or carried and not said. */
function judgeWarned({ backend, field }: Crossing, { scene, sent }: Asked): readonly string[] {
  const warnings = sent.headers["x-fairlead-warnings"] ?? "";
  const isWarned = warnings.split("; ").some((warning) => warning.startsWith(`${field.param}: `));
  const isCarried = field.carried.test(scene.received[0]?.text ?? "");
  const isLost = field.lostBy.includes(backend);
  return [
    ...differs("status", sent.status, 200),
    ...differs("carried", isCarried, !isLost),
    ...(isWarned === isLost ? [] : [`the warnings are "${warnings}"`]),
  ];
}

/** What a caller with few models is told of one that cannot. */
async function refuseNarrow(caller: Caller, fields: NonNullable<Ask["fields"]>): Promise<string> {
  const router = { ...lab.router, key: narrow };
  const sent = await ask(router, caller, { model: "to-bedrock-converse", prompt: "hello", fields });
  expect(sent.status).toBe(400);
  return caller.readError(JSON.parse(sent.text)).message;
}

const MODELS = /Models that can: ([^;]+);/;

describe("a part that would change the answer and that the backend has no word for", () => {
  it("is refused by default, named as the caller writes it, and nobody is asked", async () => {
    const wrong = await findWrong(crossingsOf(MEANINGFUL), describeCrossing, async (crossing) => {
      const { caller, scene, sent } = await send("to", crossing);
      if (!crossing.field.lostBy.includes(crossing.backend)) {
        return [...differs("status", sent.status, 200), ...differs("warnings", sent.headers["x-fairlead-warnings"], undefined)];
      }
      const heard = caller.readError(JSON.parse(sent.text));
      return [
        ...differs("status", sent.status, 400),
        ...differs("code", heard.code, "unsupported_feature"),
        ...(heard.message.startsWith(`'${crossing.field.param}`) ? [] : [`says "${heard.message}"`]),
        ...(heard.param === null ? [] : differs("param", heard.param, crossing.field.param)),
        ...differs("requests sent", scene.received.length, 0),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("is refused with the names of models that can, and they can", async () => {
    const refused = crossingsOf(MEANINGFUL).filter(({ backend, field }) => field.lostBy.includes(backend));
    const wrong = await findWrong(refused, describeCrossing, async (crossing) => {
      const { caller, sent } = await send("to", crossing);
      const named = MODELS.exec(caller.readError(JSON.parse(sent.text)).message)?.[1]?.split(", ") ?? [];
      if (named.length === 0) return ["names no model"];
      const tried = await Promise.all(named.map(async (model) => ({ model, ...(await sendTo(model, crossing.field)) })));
      return tried.flatMap(({ model, scene, sent: { status } }) => [
        ...differs(`status of ${model}`, status, 200),
        ...differs(`carried by ${model}`, crossing.field.carried.test(scene.received[0]?.text ?? ""), true),
      ]);
    });
    expect(wrong).toEqual([]);
  });

  it("is refused with no model that the caller may not use", async () => {
    expect(await refuseNarrow(callerOf("openai-chat"), { n: 2 })).toContain("Models that can: drop-openai-chat; or leave");
    const unheard = await refuseNarrow(callerOf("openai-responses"), { tools: [{ type: "file_search" }] });
    expect(unheard).toContain("None of your models can; or leave the field out.");
  });

  it("is left out where the route says so, and named in the warnings", async () => {
    const wrong = await findWrong(crossingsOf(MEANINGFUL), describeCrossing, async (crossing) => [
      ...judgeWarned(crossing, await send("drop", crossing)),
      ...judgeWarned(crossing, await send("drop", crossing, true)),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe("a part that changes cost, speed or bookkeeping alone", () => {
  it("never refuses a request, and is told where it is left out", async () => {
    const wrong = await findWrong(crossingsOf(HINTS), describeCrossing, async (crossing) =>
      judgeWarned(crossing, await send("to", crossing)),
    );
    expect(wrong).toEqual([]);
  });

  it("is told too where what it belongs to is carried", async () => {
    const { marker } = lab.upstream.stage();
    const fields = { web_search_options: { search_context_size: "low" } };
    const sent = await ask(lab.router, callerOf("openai-chat"), { model: "to-gemini", prompt: marker, fields });
    expect(sent).toMatchObject({
      status: 200,
      headers: { "x-fairlead-warnings": expect.stringMatching(/^web_search_options: /) },
    });
  });
});
