import { beforeAll, describe, expect, it } from "vitest";
import { type AttemptRuleFigures, runAttemptRules } from "./attempt-rules.ts";
import { STREAM_CAP } from "./attempt-rules-lab.ts";

let figures: AttemptRuleFigures;
beforeAll(async () => {
  figures = await runAttemptRules();
}, 60_000);

describe("keys of one provider", () => {
  it("rotate when one is refused or limited", () => {
    expect(figures.keys.refused).toEqual({ status: 200, attempts: "2", code: "", keys: ["first", "second"], leaks: 0 });
    expect(figures.keys.limited).toEqual({ status: 200, attempts: "2", code: "", keys: ["first", "second"], leaks: 0 });
  });

  it("are not tried again in a request once they were refused", () => {
    expect(figures.keys.deadForGood).toEqual({
      status: 200,
      attempts: "3",
      code: "",
      keys: ["first", "second", "second"],
      leaks: 0,
    });
  });

  it("end the request when all are dead, and stay secret", () => {
    const allDead = { status: 502, attempts: "2", code: "upstream_credentials_exhausted", keys: ["first", "second"], leaks: 0 };
    expect(figures.keys.allDead).toEqual(allDead);
  });
});

describe("retry-after", () => {
  it.each([
    ["seconds", 0, [25]],
    ["an HTTP-date", 1, [24, 25, 26]],
    ["retry-after-ms", 2, [25]],
    ["x-ratelimit-reset", 3, [25]],
    ["a negative number", 4, [40]],
    ["1e99", 5, [40]],
    ["garbage", 6, [40]],
    ["a date that has passed", 7, [0]],
    ["an RFC 850 date", 8, [24, 25, 26]],
    ["two headers", 9, [25]],
  ])("gives the caller the smallest wait: %s", (_, form, allowed) => {
    const wait = figures.waits.find((candidate) => candidate.form === form);
    expect(wait).toMatchObject({ status: 429, attempts: "2", code: "rate_limit_exceeded", shouldRetry: "false" });
    expect(allowed).toContain(wait?.retryAfter);
  });

  it("is waited out before the same target is asked again", () => {
    expect(figures.waitedMs).toBeGreaterThanOrEqual(995);
  });
});

describe("x-fairlead-timeout-ms", () => {
  it("ends the request early, and late never", () => {
    const timedOut = figures.deadlines.filter(({ status }) => status === 504);
    expect(timedOut.map(({ askedMs }) => askedMs)).toEqual(["400", "400", "60000", "60000"]);
    const [shortened, ordinary] = [timedOut.slice(0, 2), timedOut.slice(2)].map((some) => some.map(({ tookMs }) => tookMs));
    expect(Math.max(...(shortened ?? []))).toBeLessThan(Math.min(...(ordinary ?? [])));
  });

  it("is refused when it is no number of milliseconds", () => {
    const refused = figures.deadlines.filter(({ status }) => status !== 504);
    expect(refused.map(({ askedMs }) => askedMs)).toEqual(["0", "0", "-1", "-1", "1e3", "1e3", "soon", "soon"]);
    expect(new Set(refused.map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(["400 invalid_header"]));
  });
});

it("follows no redirect and sends no credential to another origin", () => {
  expect(figures.redirects).toEqual({ asked: 20, answered: 20, followed: 0, leaks: 0 });
});

it("sheds streams above the cap, and only those", () => {
  expect(figures.cap.live).toEqual(Array(STREAM_CAP).fill(200));
  expect(figures.cap.shed).toMatchObject({ status: 503, code: "too_many_streams", retryAfter: 1 });
  expect(figures.cap).toMatchObject({ json: 200, after: 200 });
});
