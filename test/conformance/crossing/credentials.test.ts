import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeJson } from "../judges/index.ts";
import { UPSTREAM_SECRET } from "./backends.ts";
import { readBooked } from "./booked.ts";
import type { Caller, SurfaceName } from "./callers/caller.ts";
import { callerOf, CALLERS } from "./callers/index.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { type Sent, sendTo } from "./send.ts";

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab(() => ({ objects: routesToEach("to") }));
});
afterAll(() => lab.close());

/** Where a credential stands. */
type Place = "authorization" | "x-api-key" | "x-goog-api-key" | "api-key" | "?key=";
const PLACES: readonly Place[] = ["authorization", "x-api-key", "x-goog-api-key", "api-key", "?key="];

type Keys = Readonly<Partial<Record<Place, string>>>;

interface Posted {
  readonly keys: Keys;
  readonly text: string;
  readonly model?: string;
}

/** A key at each of the places named, which may be two different ones. */
function send(caller: Caller, { keys, model = "to-gemini", text }: Posted): Promise<Sent> {
  const { "?key=": query, authorization, ...headers } = keys;
  const path = caller.path(model, false);
  return sendTo(lab.router, {
    path: query === undefined ? path : `${path}${path.includes("?") ? "&" : "?"}key=${query}`,
    headers: {
      "content-type": "application/json",
      ...headers,
      ...(authorization === undefined ? {} : { authorization: `Bearer ${authorization}` }),
    },
    body: text,
  });
}

function bodyOf(caller: Caller, prompt: string): string {
  return JSON.stringify(caller.body({ model: "to-gemini", prompt }));
}

describe.each(CALLERS)("a caller of $name", (caller) => {
  it.each(PLACES)("is known by its key in %s", async (place) => {
    const { marker, received } = lab.upstream.stage();
    const sent = await send(caller, { keys: { [place]: lab.router.key }, text: bodyOf(caller, marker) });
    expect(sent).toMatchObject({ status: 200 });
    expect(received).toHaveLength(1);
  });

  it("is known where two places hold the same key", async () => {
    for (const place of PLACES.slice(1)) {
      const { marker } = lab.upstream.stage();
      const keys = { authorization: lab.router.key, [place]: lab.router.key };
      expect((await send(caller, { keys, text: bodyOf(caller, marker) })).status, place).toBe(200);
    }
  });

  it("is refused where two places hold different keys, and nobody is asked", async () => {
    const other = `${lab.router.key.slice(0, -1)}${lab.router.key.endsWith("0") ? "1" : "0"}`;
    for (const place of PLACES.slice(1)) {
      const { marker, received } = lab.upstream.stage();
      const sent = await send(caller, { keys: { authorization: lab.router.key, [place]: other }, text: bodyOf(caller, marker) });
      expect(sent.status, place).toBe(400);
      expect(caller.readError(JSON.parse(sent.text)).message).toContain("More than one credential");
      expect(received).toHaveLength(0);
    }
  });

  it("is refused without a key and with one that is not ours", async () => {
    const text = bodyOf(caller, "anything");
    for (const keys of [{}, { "x-api-key": "sk-ant-somebody-elses" }, { "?key=": "AIzaSomebodyElses" }]) {
      expect((await send(caller, { keys, text })).status).toBe(401);
    }
  });
});

describe("a caller who lists models", () => {
  const LISTS: readonly (readonly [SurfaceName, string, Readonly<Record<string, string>>])[] = [
    ["openai-chat", "/v1/models", {}],
    ["anthropic-messages", "/v1/models", { "anthropic-version": "2023-06-01" }],
    ["gemini", "/v1beta/models", {}],
  ];

  it.each(LISTS)("is known by its key in every place, and told in the format of %s", async (surface, path, headers) => {
    for (const place of PLACES) {
      const isQuery = place === "?key=";
      const value = place === "authorization" ? `Bearer ${lab.router.key}` : lab.router.key;
      const call = { method: "GET", headers: isQuery ? headers : { ...headers, [place]: value } };
      const list = await sendTo(lab.router, { ...call, path: isQuery ? `${path}?key=${value}` : path });
      expect(list.status, place).toBe(200);
      expect(judgeJson({ surface, kind: "models", text: list.text })).toEqual([]);
      expect(list.text).toContain("to-gemini");
    }
  });
});

describe("a caller of Google's SDKs", () => {
  it.each(["v1beta", "v1", "v1alpha", "v1beta1"])("is answered under the version %s", async (version) => {
    const caller = callerOf("gemini");
    const { marker, received } = lab.upstream.stage();
    const path = caller.path("to-anthropic-messages", false).replace("v1beta", version);
    const headers = { "x-goog-api-key": lab.router.key, "content-type": "application/json" };
    const sent = await sendTo(lab.router, { path, headers, body: bodyOf(caller, marker) });
    expect(sent.status).toBe(200);
    expect(received).toHaveLength(1);
  });
});

describe("a key in the address", () => {
  it("is seen by no upstream, which sees its own alone", async () => {
    for (const caller of CALLERS) {
      const { marker, received } = lab.upstream.stage();
      await send(caller, { keys: { "?key=": lab.router.key }, text: bodyOf(caller, marker) });
      const [request] = received;
      expect(request?.headers["x-goog-api-key"]).toBe(UPSTREAM_SECRET);
      expect(JSON.stringify(request)).not.toContain(lab.router.key);
      expect(request?.path).not.toContain("key=");
    }
  });

  it("is not repeated in errors: not of ours, not of an upstream's", async () => {
    const refused = { kind: "refused", refusal: "invalid_request" } as const;
    for (const caller of CALLERS) {
      const { marker } = lab.upstream.stage({ gemini: refused });
      const keys = { "?key=": lab.router.key };
      for (const [text, model] of [
        ["{", "to-gemini"],
        [bodyOf(caller, marker), "to-gemini"],
        [bodyOf(caller, marker).replace("to-gemini", "no-such"), "no-such"],
      ] as const) {
        const sent = await send(caller, { keys, text, model });
        expect(sent.status).toBeGreaterThanOrEqual(400);
        expect(JSON.stringify(sent)).not.toContain(lab.router.key);
      }
      const wrong = await send(caller, { keys: { "?key=": `${lab.router.key}x` }, text: bodyOf(caller, marker) });
      expect(JSON.stringify(wrong)).not.toContain(lab.router.key);
    }
  });

  it("is not in the usage log", async () => {
    const [caller] = CALLERS;
    if (caller === undefined) throw new Error("There is no caller.");
    const { marker } = lab.upstream.stage();
    const sent = await send(caller, { keys: { "?key=": lab.router.key }, text: bodyOf(caller, marker) });
    const id = sent.headers["x-fairlead-request-id"];
    const booked = await readBooked(lab.router, [id ?? ""]);
    expect(booked.has(id ?? "")).toBe(true);
    expect(JSON.stringify([...booked])).not.toContain(lab.router.key);
  });
});
