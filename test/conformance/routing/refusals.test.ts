import { expect, it } from "vitest";
import { readAlarmLines } from "./alarm-line.ts";
import { runContextLength, runCredentialRefusal, runExhaustion, runThrottling } from "./refusals.ts";

const SMALL = { perSecond: 20, seconds: 4 };

it("never takes a target out of rotation for 429 or 529", { timeout: 60_000 }, async () => {
  for (const { answered, notReady, refused, requests } of await runThrottling(SMALL)) {
    expect([answered, notReady]).toEqual([requests, 0]);
    expect(refused).toBeGreaterThan(0);
  }
});

it("takes a refused credential out and not its target, without the retry budget, and says so", { timeout: 60_000 }, async () => {
  for (const { alarmed, answered, notReady, refused, requests } of await runCredentialRefusal(SMALL)) {
    expect([answered, notReady]).toEqual([requests, 0]);
    expect(refused).toBeGreaterThan(0);
    expect(alarmed).toBeGreaterThan(0);
  }
});

it("writes one line of JSON for a refused credential", { timeout: 60_000 }, async () => {
  expect(await readAlarmLines()).toMatchObject([{ alarm: "credential_refused", subject: "default/keyed#primary" }]);
});

it("says so when every credential is refused", { timeout: 60_000 }, async () => {
  const exhausted = { status: 502, code: "upstream_credentials_exhausted" };
  expect(await runExhaustion()).toEqual([exhausted, exhausted]);
});

it("takes a conversation that is too long to the next larger target", { timeout: 60_000 }, async () => {
  expect(await runContextLength()).toEqual({ answeredBy: "sized/fits-50000", asked: ["fits-500", "fits-50000"] });
});
