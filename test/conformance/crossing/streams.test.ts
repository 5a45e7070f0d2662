import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, IS_FULL } from "../faults/lab.ts";
import { at, has } from "../judges/judged.ts";
import { judgeStream } from "../judges/index.ts";
import { type BackendName, PLAIN_BACKENDS, wireOf } from "./backends.ts";
import { readBooked } from "./booked.ts";
import type { Caller, SurfaceName } from "./callers/caller.ts";
import { CALLERS, callerOf } from "./callers/index.ts";
import { type EndingsReport, runCrossingEndings } from "./endings.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { openStream } from "./open-stream.ts";
import { differs, findWrong, nameOf, type Pair, pairsOf } from "./pairs.ts";
import type { Reply } from "./scene.ts";
import { ask, type Sent, sendTo } from "./send.ts";
import { inPieces, PLAIN, TEXT } from "./told.ts";

/** Longer than callers are left without a sign of life. */
const SILENCE_MS = 11_000;

const LIMIT_MS = IS_FULL ? 600_000 : 60_000;

/** What a silent stream says, and a backend of another format behind it. */
const HEARTBEATS: Readonly<Record<SurfaceName, readonly [string, BackendName]>> = {
  "openai-chat": [": ping\n\n", "anthropic-messages"],
  "openai-responses": [": ping\n\n", "gemini"],
  "openai-completions": [": ping\n\n", "bedrock-converse"],
  "anthropic-messages": ['event: ping\ndata: {"type":"ping"}\n\n', "openai-responses"],
  gemini: [": ping\n\n", "openai-chat"],
};

let lab: CrossingLab;
/** Begun at once: the other tests run while it is silent. */
let silent: Promise<readonly (readonly [Caller, Sent])[]>;
let silentArray: Promise<Sent>;

beforeAll(async () => {
  lab = await startCrossingLab(() => ({ objects: routesToEach("to", { timeouts: { idle: "60s" } }) }));
  silent = Promise.all(
    CALLERS.map(async (caller) => {
      const [, backend] = HEARTBEATS[caller.name];
      const { marker } = lab.upstream.stage({ [backend]: pausing(backend) });
      return [caller, await ask(lab.router, caller, { model: `to-${backend}`, prompt: marker, stream: true })] as const;
    }),
  );
  const { marker } = lab.upstream.stage({ "openai-chat": pausing("openai-chat") });
  silentArray = askArray("to-openai-chat", marker);
});
afterAll(() => lab.close());

/** As a caller of Gemini's who does not ask for events. */
function askArray(model: string, prompt: string): Promise<Sent> {
  return sendTo(lab.router, {
    path: `/v1beta/models/${model}:streamGenerateContent`,
    body: JSON.stringify(callerOf("gemini").body({ model, prompt })),
    headers: { authorization: `Bearer ${lab.router.key}`, "content-type": "application/json" },
  });
}

/** Silent before the last event. */
function pausing(backend: BackendName): Reply {
  return { kind: "stream", events: wireOf(backend).events(PLAIN), ending: "end", pauseMs: SILENCE_MS };
}

/** Events up to the first piece of the text, that included. */
function beginning(backend: BackendName): readonly Buffer[] {
  const piece = JSON.stringify(inPieces(TEXT)[0]).slice(1, -1);
  const events = wireOf(backend).events(PLAIN);
  return events.slice(0, events.findIndex((event) => event.includes(piece)) + 1);
}

async function leave({ backend, caller }: Pair, how: "close" | "reset", reply: Reply): Promise<readonly string[]> {
  const scene = lab.upstream.stage({ [backend]: reply });
  const stream = await openStream(lab.router, caller, { model: `to-${backend}`, prompt: scene.marker });
  stream.leave(how);
  const isClosed = await eventually(() => scene.abandoned === 1, 3_000);
  const booked = await readBooked(lab.router, [stream.id]);
  return [...differs("closed upstream", isClosed, true), ...differs("outcome", booked.get(stream.id)?.outcome, "client_left")];
}

describe("a caller who leaves", () => {
  const pairs = pairsOf(CALLERS, undefined, [true]);

  it("ends the upstream's work where more is told, from every backend to every caller", async () => {
    const wrong = await findWrong(pairs, nameOf, (pair) => {
      const first = beginning(pair.backend);
      const event = first.at(-1) ?? Buffer.alloc(0);
      return leave(pair, "close", { kind: "drip", first, event, pauseMs: 50 });
    });
    expect(wrong).toEqual([]);
  });

  it("ends it in the middle of a silence too, where the connection was reset", async () => {
    const wrong = await findWrong(pairs, nameOf, (pair) =>
      leave(pair, "reset", { kind: "stream", events: beginning(pair.backend), ending: "hang" }),
    );
    expect(wrong).toEqual([]);
  });
});

describe("a caller who stops reading", () => {
  const FLOOD_BYTES = 64 * 1024 * 1024;
  /** The kernel's buffers on both sides, and some of the router's. */
  const AHEAD_BYTES = 24 * 1024 * 1024;
  const FLOODED: readonly (readonly [SurfaceName, BackendName])[] = [
    ["openai-chat", "anthropic-messages"],
    ["openai-chat", "openai-chat-mended"],
    ["openai-responses", "bedrock-converse"],
    ["anthropic-messages", "openai-responses"],
    ["gemini", "openai-chat"],
  ];

  it.each(FLOODED)("holds the upstream back: %s → %s", async (name, backend) => {
    const first = beginning(backend);
    const event = first.at(-1) ?? Buffer.alloc(0);
    const scene = lab.upstream.stage({ [backend]: { kind: "flood", first, event, bytes: FLOOD_BYTES } });
    const stream = await openStream(lab.router, callerOf(name), { model: `to-${backend}`, prompt: scene.marker });
    let before = -1;
    const isStill = await settles(() => {
      const isSame = scene.floodedBytes === before;
      before = scene.floodedBytes;
      return isSame;
    });
    expect(isStill).toBe(true);
    expect(scene.floodedBytes).toBeLessThan(AHEAD_BYTES);
    stream.leave("close");
    expect(await eventually(() => scene.abandoned === 1, 3_000)).toBe(true);
  });
});

/** Whether `test` holds two looks in a row, a third of a second apart. */
async function settles(test: () => boolean): Promise<boolean> {
  const giveUpAt = Date.now() + 8_000;
  let held = 0;
  while (held < 2 && Date.now() < giveUpAt) {
    await new Promise((done) => setTimeout(done, 300));
    held = test() ? held + 1 : 0;
  }
  return held === 2;
}

describe("a stream that breaks, from every backend to every caller", () => {
  let report: EndingsReport;
  beforeAll(async () => {
    report = await runCrossingEndings({ full: IS_FULL });
    console.log(`${report.brokenStreams} streams broken after their first content, ${report.failovers} before it`);
  }, LIMIT_MS);

  it("ends in exactly one error event of the caller's format and never as a success, once content has been sent", () => {
    expect(report.endingFindings).toEqual([]);
  });

  it("is booked as what it was", () => {
    expect(report.bookedFindings).toEqual([]);
  });

  it("is replaced by another backend's unnoticed, before content has been sent", () => {
    expect(report.failoverFindings).toEqual([]);
  });
});

describe("a stream that is one array", () => {
  it("is closed after one error where it breaks, from every backend", async () => {
    const wrong = await findWrong(PLAIN_BACKENDS, String, async (backend) => {
      const { marker } = lab.upstream.stage({ [backend]: { kind: "stream", events: beginning(backend), ending: "cut" } });
      const { isWhole, status, text } = await askArray(`to-${backend}`, marker);
      const chunks = JSON.parse(text) as readonly unknown[]; // an array is what is asked for
      const errors = chunks.flatMap((chunk, index) => (has(chunk, "error") ? [index] : []));
      return [
        ...differs("answer", [status, isWhole], [200, true]),
        ...differs("errors", errors, [chunks.length - 1]),
        ...differs(
          "finish",
          chunks.some((chunk) => at(chunk, "candidates", 0, "finishReason") !== undefined),
          false,
        ),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

describe("a stream that is silent for more than ten seconds", () => {
  it("tells every caller in its format that it is alive, and goes on", { timeout: 30_000 }, async () => {
    for (const [caller, { isWhole, status, text }] of await silent) {
      const [heartbeat] = HEARTBEATS[caller.name];
      expect({ name: caller.name, status, isWhole }).toEqual({ name: caller.name, status: 200, isWhole: true });
      expect(text.split(heartbeat), caller.name).toHaveLength(2);
      expect(caller.read(caller.fold(text)).text, caller.name).toBe(TEXT);
      expect(judgeStream({ surface: caller.name, text, outcome: "complete" }), caller.name).toEqual([]);
    }
  });

  it("stays one array where Gemini's callers ask for one", { timeout: 30_000 }, async () => {
    const { status, text } = await silentArray;
    expect(status).toBe(200);
    expect(judgeStream({ surface: "gemini", text, outcome: "complete" })).toEqual([]);
    const chunks = JSON.parse(text) as readonly unknown[]; // judged above
    expect(chunks.length).toBeGreaterThan(1);
  });
});
