import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CHAOS_ACCOUNT_ID, startChaosUpstream } from "./index.ts";
import type { AskOptions } from "./socket-client.ts";
import { askOverSocket } from "./socket-client.ts";

const upstream = await startChaosUpstream({ hangSeconds: 0.05 });
const messages = [{ role: "user", content: "Where is the harbour?" }];

beforeEach(() => upstream.reset());
afterAll(() => upstream.close());

describe.each([true, false])("before an answer (stream: %s)", (stream) => {
  const misbehave = (model: string, more: AskOptions = {}) => askOverSocket(upstream.port, { model, messages, stream }, more);

  it("F01 refuses the connection", async () => {
    await expect(fetch(`${upstream.refusedUrl}/models`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    expect((await misbehave("F01")).status).toBe(400);
  });

  it("F02 resets, F03 closes, F04 talks nonsense", async () => {
    expect(await misbehave("F02")).toMatchObject({ head: "", ended: "rst" });
    expect(await misbehave("F03")).toMatchObject({ head: "", ended: "fin", body: Buffer.alloc(0) });
    expect((await misbehave("F04")).body.toString()).toBe("NOT HTTP\r\n\r\n");
    expect(closings()).toEqual(["reset-by-us", "reset-by-us", "reset-by-us"]);
  });

  it("F05 never answers, F07 stops after the head", async () => {
    expect(await misbehave("F05")).toMatchObject({ head: "", ended: "fin" });
    expect(await misbehave("F07")).toMatchObject({ status: 200, body: Buffer.alloc(0), whole: false });
    await misbehave("F05@hang=30", { leaveAfterMs: 20 });
    await expect.poll(closings).toEqual(["reset-by-us", "reset-by-us", "client-left"]);
  });

  it("F06 keeps the head back, then answers", async () => {
    const startedMs = performance.now();
    expect(await misbehave("F06@ms=60")).toMatchObject({ status: 200, whole: true });
    expect(performance.now() - startedMs).toBeGreaterThan(58);
  });

  it("F08 sends everything but content until the client leaves", async () => {
    const { body } = await misbehave("F08@interval=2", { leaveAfterMs: 60 });
    if (stream) expect(body.toString()).toMatch(/^: ping\n\ndata: [^\n]*"role":"assistant","content":""[^\n]*\n\n: ping\n\n/);
    else expect(body.toString()).toMatch(/^ {2,}$/);
    await expect.poll(closings).toEqual(["client-left"]);
  });

  it("F09, F10, F12, F13 and F15 answer with their status", async () => {
    expect(await misbehave("F09")).toMatchObject({ status: 500, whole: true });
    for (const status of [502, 503, 504]) expect((await misbehave(`F10@status=${status}`)).status).toBe(status);
    expect((await misbehave("F12")).status).toBe(529);
    const refused = await misbehave("F13@status=403", { headers: { authorization: "Bearer sk-secret" } });
    expect(refused.status).toBe(403);
    expect(refused.body.toString()).toContain("Bearer sk-secret");
    expect(refused.body.toString()).toContain(CHAOS_ACCOUNT_ID);
    expect((await misbehave("F15")).head).toContain("content-type: text/html");
  });

  it("F11 says when to come back in ten forms", async () => {
    const heads: string[] = [];
    for (let form = 0; form < 10; form += 1) heads.push((await misbehave(`F11@form=${form}@seconds=3`)).head);
    const expected = [
      /^retry-after: 3$/m,
      /^retry-after: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/m,
      /^retry-after-ms: 3000$/m,
      /^x-ratelimit-reset-requests: 3s\nx-ratelimit-reset-tokens: 6m0s$/m,
      /^retry-after: -5$/m,
      /^retry-after: 1e99$/m,
      /^retry-after: soon, perhaps$/m,
      /^retry-after: Wed, 21 Oct 2015/m,
      /^retry-after: \w+day, \d\d-\w{3}-\d\d [\d:]{8} GMT$/m,
      /^retry-after: 3\nretry-after: 8$/im,
    ];
    expected.forEach((header, form) => expect(heads[form]).toMatch(header));
    expect((await misbehave("F11@form=10")).status).toBe(400);
  });

  it("F14 redirects to an origin that tells who followed", async () => {
    const response = await fetch(`${upstream.url}/chat/completions`, {
      method: "POST",
      headers: { "x-api-key": "sk-secret" },
      body: JSON.stringify({ model: "F14@status=307", messages, stream }),
    });
    expect(response.redirected).toBe(true);
    expect(upstream.redirectHits()).toMatchObject([{ method: "POST", headers: { "x-api-key": "sk-secret" } }]);
    expect((await misbehave("F14@to=/elsewhere")).head).toMatch(/^HTTP\/1.1 302[^]*location: \/elsewhere/);
  });

  it("F16 is empty as a stream and truncated as JSON", async () => {
    const { head, body, whole } = await misbehave("F16");
    expect(head).toContain(`content-length: ${stream ? 0 : 1000}`);
    expect([body.length > 0, whole]).toEqual(stream ? [false, true] : [true, false]);
  });
});

function closings(): readonly string[] {
  return upstream.attempts().map((attempt) => attempt.closed);
}
