import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { runTrace } from "../../src/cli/trace.ts";
import { toTraceLine } from "../../src/cli/trace/to-trace-line.ts";
import { type TraceLine, traceLineSchema } from "../../src/cli/trace/trace-line.ts";
import type { UsageEvent } from "../../src/ports/usage-sink.ts";
import { createWorkplace } from "./temporary-policies.ts";

const EVENT: UsageEvent = {
  requestId: "ccdb78a8-68b4-4923-9d9d-0ce9c3744c49",
  at: 1_795_293_450_736,
  tenant: "default",
  consumer: "billing",
  keyId: "4mqTSzGamNt3",
  tags: {},
  operation: "chat",
  model: "fast",
  route: "default/fast/gold",
  target: "openai/gpt-4o-mini",
  attempts: [{ target: "openai/gpt-4o-mini", outcome: "ok", usage: null, costMicroUsd: null }],
  stream: true,
  outcome: "ok",
  failure: null,
  usage: { inputTokens: 20, cachedInputTokens: 8, cacheWriteTokens: 0, outputTokens: 22, reasoningTokens: 4, estimated: false },
  costMicroUsd: 17,
  totalCostMicroUsd: 5,
  shadows: [],
  cache: "miss",
  policy: "1.1-fd0556b0",
  durationMs: 950,
};

it("makes of a recorded request the line that a simulation reads", () => {
  const line = toTraceLine(EVENT);
  expect(line).toEqual({
    id: "ccdb78a8-68b4-4923-9d9d-0ce9c3744c49",
    at: "2026-11-21T20:37:30.736Z",
    tenant: "default",
    caller: "billing",
    key: "4mqTSzGamNt3",
    model: "fast",
    operation: "chat",
    stream: true,
    tokens: { in: 20, out: 22, cached: 8, written: 0 },
    route: "default/fast/gold",
    target: "openai/gpt-4o-mini",
    cache: "miss",
    outcome: "ok",
    durationMs: 950,
    costMicroUsd: 17,
  } satisfies TraceLine);
  expect(traceLineSchema.parse(line)).toEqual(line);
});

it("leaves out what was not known, and copies that were sent to a mirror", () => {
  const failed = toTraceLine({ ...EVENT, target: null, usage: null, costMicroUsd: null, outcome: "failed" });
  expect(failed).toMatchObject({ target: null, outcome: "failed" });
  expect(Object.keys(failed ?? {})).not.toEqual(expect.arrayContaining(["tokens"]));
  expect(toTraceLine({ ...EVENT, requestId: `${EVENT.requestId}-mirror` })).toBeNull();
});

it("exports a router's usage log, oldest first", async () => {
  const asked: { url: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
    const events = [
      { ...EVENT, requestId: "newer" },
      { ...EVENT, requestId: "older-mirror" },
      { ...EVENT, requestId: "older" },
    ];
    response.setHeader("content-type", "application/json").end(JSON.stringify({ events }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const { err, io, out } = await createWorkplace();
  const args = ["export", "--url", `http://127.0.0.1:${port}`, "--admin-key", "fla_test_x", "--tenant", "team-a", "--limit", "3"];
  expect(await runTrace(args, io)).toBe(0);
  expect(asked).toEqual([{ url: "/admin/api/requests?tenant=team-a&limit=3", authorization: "Bearer fla_test_x" }]);
  expect(out.map((line) => traceLineSchema.parse(JSON.parse(line)).id)).toEqual(["older", "newer"]);
  expect(err).toEqual(["2 requests of tenant team-a."]);
});

it("says that no router answers, and how it is called", async () => {
  const { err, io } = await createWorkplace();
  expect(await runTrace(["export", "--url", "http://127.0.0.1:9", "--admin-key", "fla_test_x"], io)).toBe(1);
  expect(err[0]).toBe("No router answers at http://127.0.0.1:9. Is it running?");
  expect(await runTrace(["import"], io)).toBe(2);
  expect(await runTrace(["export", "--limit", "0"], io)).toBe(2);
  expect(err[2]).toContain("--limit must be a whole number from 1 to 1000.");
});
