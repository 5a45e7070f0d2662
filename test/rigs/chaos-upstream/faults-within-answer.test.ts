import { gunzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { ChaosAttempt } from "./index.ts";
import { healthyJsonBytes, healthyStreamBytes, startChaosUpstream } from "./index.ts";
import type { AskOptions, Wire } from "./socket-client.ts";
import { askOverSocket, eventsOf } from "./socket-client.ts";

const upstream = await startChaosUpstream({ hangSeconds: 0.05 });
const messages = [{ role: "user", content: "Where is the harbour?" }];

beforeEach(() => upstream.reset());
afterAll(() => upstream.close());

describe("within a stream", () => {
  it.each([
    ["F17", { whole: false }, "reset-by-us"],
    ["F18", { ended: "fin", whole: false }, "reset-by-us"],
    ["F19", { whole: true }, "finished"],
    ["F20", { ended: "fin", whole: false }, "reset-by-us"],
  ])("%s stops after k events and at any byte", async (fault, ending, closed) => {
    const bytes = healthyStream(fault);
    expect((await askStream(`${fault}@after=5`)).chunks).toHaveLength(5);
    const cuts = [0, 1, bytes.length, ...Array.from({ length: 20 }, (_, step) => (step * 7_919) % bytes.length)];
    for (const cut of fault === "F20" ? cuts.slice(0, 4) : cuts) {
      const answer = await askStream(`${fault}@cut=${cut}`);
      expect(answer).toMatchObject(ending);
      expect(answer.body).toEqual(bytes.subarray(0, cut));
      expect(lastAttempt()).toMatchObject({ fault, bytesSent: cut, closed });
    }
  });

  it("F17 resets the connection", async () => {
    expect(await askStream("F17@ms=50")).toMatchObject({ ended: "rst", whole: false });
  });

  it("F21 pings for ever after k events", async () => {
    const { body } = await askStream("F21@after=2@interval=2", { leaveAfterMs: 60 });
    expect(eventsOf(body)).toHaveLength(2);
    expect(body.toString()).toMatch(/(: ping\n\n){2,}$/);
  });

  it("F22 and F23 are whole, in the smallest and the nastiest pieces", async () => {
    const slow = await askStream("F22@ms=1");
    expect(slow.body).toEqual(healthyStream("F22"));
    expect(new Set(slow.chunks.map((chunk) => chunk.length))).toEqual(new Set([1]));
    for (const [eol, lineEnd] of Object.entries({ lf: "\n", crlf: "\r\n", cr: "\r" })) {
      const { body, chunks, whole } = await askStream(`F23@eol=${eol}`);
      expect(whole).toBe(true);
      expect(body.toString()).toBe(healthyStream("F23").toString().replaceAll("\n", lineEnd));
      expect(chunks.some((chunk) => chunk.toString().endsWith("�"))).toBe(true);
      expect(chunks.some((chunk) => chunk.toString().endsWith("da"))).toBe(true);
    }
  });

  it("F24 breaks one event and goes on, healthily if told to", async () => {
    const { body, whole } = await askStream("F24@then=done@after=1");
    expect(whole).toBe(true);
    expect(body.toString()).toMatch(/^data: \{[^\n]*\}\n\ndata: [^\n]*"bro\n\ndata: \{[^]*\[DONE\]\n\n$/);
    const endless = await askStream("F24@interval=2", { leaveAfterMs: 60 });
    expect(endless.body.toString()).toMatch(/"bro\n\n(data: \{[^\n]*\}\n\n){2,}$/);
  });

  it("F25 sends a line without an end, no faster than it is read", async () => {
    const { body } = await askStream("F25@mb=1");
    expect(body.length - body.lastIndexOf("\n")).toBeGreaterThan(1_000_000);
    await askStream("F25", { leaveAfterMs: 100, paused: true });
    await expect.poll(() => lastAttempt().closed).toBe("client-left");
    expect(lastAttempt().bytesSent).toBeLessThan(20_000_000);
  });

  it("F26 reports an error after k events, or as the very first", async () => {
    const first = eventsOf((await askStream("F26@after=0")).body);
    expect(first).toMatchObject([{ error: { type: "server_error" } }]);
    expect(eventsOf((await askStream("F26")).body).map((event) => "error" in event)).toEqual([false, false, false, true]);
    expect((await askStream("F26@then=done")).body.toString()).toMatch(/"error"[^]*\[DONE\]\n\n$/);
  });

  it("F27 is done without a finish reason", async () => {
    const { body } = await askStream("F27");
    expect(body.toString()).toMatch(/\[DONE\]\n\n$/);
    expect(eventsOf(body).some((event) => event.choices[0].finish_reason !== null)).toBe(false);
  });

  it("F28 inflates a thousandfold, or lies about being compressed", async () => {
    const { head, body } = await askStream("F28@mb=5");
    expect(head).toContain("content-encoding: gzip");
    expect(gunzipSync(body).length).toBeGreaterThan(body.length * 500);
    const wrong = await askStream("F28@wrong");
    expect(wrong.head).toContain("content-encoding: gzip");
    expect(wrong.body).toEqual(healthyStream("F28"));
  });
});

describe("within JSON", () => {
  it("F17 to F21 stop in the middle", async () => {
    expect(await askJson("F17@ms=50")).toMatchObject({ ended: "rst", whole: false, body: firstHalf("F17") });
    expect(await askJson("F18@cut=9")).toMatchObject({
      ended: "fin",
      whole: false,
      body: firstHalf("F18").subarray(0, 9),
    });
    expect(await askJson("F19")).toMatchObject({ whole: true, body: firstHalf("F19") });
    expect(await askJson("F20")).toMatchObject({ whole: false, body: firstHalf("F20") });
    const padded = await askJson("F21@interval=2", { leaveAfterMs: 60 });
    expect(padded.body.toString()).toBe(firstHalf("F21").toString().padEnd(padded.body.toString().length));
  });

  it("F22 and F23 are whole", async () => {
    expect(await askJson("F22@ms=1")).toMatchObject({ whole: true, body: healthyJson("F22") });
    expect(await askJson("F23")).toMatchObject({ whole: true, body: healthyJson("F23") });
  });

  it("F24 to F27 are invalid, too long, an error and empty", async () => {
    const [invalid, huge, error, empty] = await Promise.all(["F24", "F25", "F26", "F27"].map((fault) => askJson(fault)));
    expect(() => JSON.parse(String(invalid?.body))).toThrow(SyntaxError);
    expect(huge?.body.length).toBeGreaterThan(17_000_000);
    expect(JSON.parse(String(huge?.body)).choices).toHaveLength(1);
    expect(error?.status).toBe(200);
    expect(JSON.parse(String(error?.body)).error.type).toBe("server_error");
    expect(JSON.parse(String(empty?.body)).choices).toMatchObject([{ message: { content: "" }, finish_reason: null }]);
  });

  it("F28 inflates a thousandfold", async () => {
    const { body } = await askJson("F28@mb=5");
    const inflated = gunzipSync(body);
    expect(inflated.length).toBeGreaterThan(body.length * 500);
    expect(JSON.parse(inflated.toString())).toMatchObject({ model: "F28" });
  });
});

function askStream(model: string, options: AskOptions = {}): Promise<Wire> {
  return askOverSocket(upstream.port, { model, messages, stream: true }, options);
}

function askJson(model: string, options: AskOptions = {}): Promise<Wire> {
  return askOverSocket(upstream.port, { model, messages }, options);
}

function healthyStream(model: string): Buffer {
  return Buffer.from(healthyStreamBytes({ model, messages }));
}

function healthyJson(model: string): Buffer {
  return Buffer.from(healthyJsonBytes({ model, messages }));
}

function firstHalf(model: string): Buffer {
  const bytes = healthyJson(model);
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

function lastAttempt(): ChaosAttempt {
  const attempt = upstream.attempts().at(-1);
  if (attempt === undefined) throw new Error("Nothing arrived.");
  return attempt;
}
