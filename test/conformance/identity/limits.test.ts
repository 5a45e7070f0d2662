import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Heard } from "../faults/ask-router.ts";
import { type LimitsLab, SHARED, startLimitsLab } from "./limits-lab.ts";

let lab: LimitsLab;
beforeAll(async () => {
  lab = await startLimitsLab({
    processes: 2,
    consumers: {
      bursts: { limits: [{ requests: 20, per: "1h" }] },
      talks: { limits: [{ tokens: 2_000, per: "1h" }] },
      spends: { budgets: [{ usd: "0.002", per: "month", timeZone: "Europe/Berlin" }] },
      small: { limits: [{ tokens: 5, per: "1m" }] },
      crowds: { limits: [{ concurrency: 2 }] },
      team: { limits: [{ requests: 6, per: "1h" }] },
      one: { parent: "team" },
      other: { parent: "team", limits: [{ requests: 2, per: "1h" }] },
      crowd: {},
      free: {},
    },
  });
});
afterAll(() => lab.close());

const statusesOf = (heard: readonly Heard[]): Readonly<Record<number, number>> =>
  Object.fromEntries([...Map.groupBy(heard, ({ status }) => status)].map(([status, list]) => [status, list.length]));
const errorOf = ({ body }: Heard): { readonly code: string; readonly message: string } => JSON.parse(body.toString()).error;

describe("a caller with limits", () => {
  it("gets exactly so many requests, wherever they come in at once", async () => {
    const heard = await Promise.all(Array.from({ length: 60 }, (_, request) => lab.ask("bursts", request % 2)));
    expect(statusesOf(heard)).toEqual({ 200: 20, 429: 40 });
    const refused = heard.find(({ status }) => status === 429) ?? expect.unreachable();
    expect(errorOf(refused)).toMatchObject({ code: "rate_limit_exceeded" });
    expect(errorOf(refused).message).toContain("20 requests per 1h (consumer/bursts)");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(3_000);
    expect(refused.headers).toMatchObject({ "x-ratelimit-limit-requests": "20", "x-ratelimit-remaining-requests": "0" });
  });

  it("hears what is left with every answer", async () => {
    const { headers } = await lab.ask("other", 0);
    expect(headers).toMatchObject({ "x-ratelimit-limit-requests": "2", "x-ratelimit-remaining-requests": "1" });
    expect(headers["x-ratelimit-reset-requests"]).toMatch(/^(1h|60m|59m).*s$/u);
    expect((await lab.ask("free", 0)).headers).not.toHaveProperty("x-ratelimit-limit-requests");
  });

  it("shares those of its team", async () => {
    expect(statusesOf([await lab.ask("other", 1), await lab.ask("other", 1)])).toEqual({ 200: 1, 429: 1 });
    const heard = [];
    for (let request = 0; request < 6; request += 1) heard.push(await lab.ask("one", request % 2));
    expect(statusesOf(heard)).toEqual({ 200: 4, 429: 2 });
    expect(errorOf(heard.at(-1) ?? expect.unreachable()).message).toContain("(consumer/team)");
  });

  it("shares what a model may be asked with everybody who asks it", async () => {
    const heard = [];
    for (let request = 0; request < 8; request += 1)
      heard.push(await lab.ask(request < 4 ? "free" : "crowd", request % 2, { model: SHARED }));
    expect(statusesOf(heard)).toEqual({ 200: 5, 429: 3 });
    expect(errorOf(heard.at(-1) ?? expect.unreachable()).message).toContain("5 requests per 1h (model/x-shared)");
    expect((await lab.ask("crowd", 0)).status).toBe(200);
  });

  it("is charged what its answers used, not what was reserved", async () => {
    const heard = [];
    for (let request = 0; request < 30; request += 1) heard.push(await lab.ask("talks", request % 2));
    // Each answer of the rig uses far less than what a first answer is expected to.
    expect(heard.filter(({ status }) => status === 200).length).toBeGreaterThan(5);
  });

  it("is told when its budget begins anew, and not to try again before", async () => {
    const heard = [];
    for (let request = 0; request < 60; request += 1) heard.push(await lab.ask("spends", request % 2));
    const refused = heard.find(({ status }) => status === 429) ?? expect.unreachable();
    expect(errorOf(refused)).toMatchObject({ code: "insufficient_quota" });
    expect(refused.headers["x-should-retry"]).toBe("false");
    expect(heard[0]?.status).toBe(200);
  });

  it("is told that a request can never fit", async () => {
    const heard = await lab.ask("small", 0);
    expect([heard.status, errorOf(heard).code]).toEqual([400, "exceeds_limit"]);
  });

  it("has so many requests under way, and others when those have ended", async () => {
    const first = await Promise.all(Array.from({ length: 8 }, (_, request) => lab.ask("crowds", request % 2)));
    expect(first.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(first.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await lab.ask("crowds", 0)).status).toBe(200);
  });
});
