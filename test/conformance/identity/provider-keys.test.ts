import { afterAll, beforeAll, expect, it } from "vitest";
import { askRouter, type Heard } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { chatBody } from "../routing/ask-chat.ts";
import { type FleetLab, startFleetLab } from "../routing/fleet-lab.ts";
import { group, ruled } from "../routing/rule-objects.ts";

const PROCESSES = 2;
/** `rated`: two keys that the provider lets send 5 and 3 requests an hour. `narrow`: one that may have two under way. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, readonly object[]>>>> = {
  rated: { first: [{ requests: 5, per: "1h" }], second: [{ requests: 3, per: "1h" }] },
  narrow: { only: [{ concurrency: 2 }] },
};

let lab: FleetLab;
beforeAll(async () => {
  lab = await startFleetLab({
    processes: PROCESSES,
    env: () => ({ RATED_FIRST: "sk-first", RATED_SECOND: "sk-second", NARROW_ONLY: "sk-only" }),
    objects: ({ url }) => [
      gateway([url], { retryBudget: UNLIMITED_RETRIES }),
      limited("rated", url),
      limited("narrow", url),
      provider("spare", url),
      ruled("x-alone", { groups: [group("only", ["rated/alone"])] }),
      ruled("x-then", { groups: [group("first", ["narrow/crowded"]), group("then", ["spare/roomy"])] }),
    ],
  });
  lab.upstream.setFault("crowded", "F06@ms=400");
});
afterAll(() => lab.close());

function limited(name: string, url: string): PolicyObject {
  const object = provider(name, url, Object.keys(LIMITS[name] ?? {}));
  const spec = object["spec"] as { readonly credentials: readonly { readonly name: string }[] }; // `provider` writes it
  const credentials = spec.credentials.map((each) => ({ ...each, limits: LIMITS[name]?.[each.name] }));
  return { ...object, spec: { ...spec, credentials } };
}

const ask = (model: string, process: number): Promise<Heard> => askRouter(lab.router(process), chatBody(model));
const countOf = (heard: readonly Heard[], status: number): number => heard.filter((each) => each.status === status).length;

it("is sent no more than its limit by all routers together, the next key what exceeds it", async () => {
  const heard = await Promise.all(Array.from({ length: 30 }, (_, request) => ask("x-alone", request % PROCESSES)));
  expect([countOf(heard, 200), countOf(heard, 429)]).toEqual([8, 22]);
  const sent = lab.attemptsAt("alone").map(({ credential }) => credential);
  expect([sent.filter((key) => key === "Bearer sk-first").length, sent.length]).toEqual([5, 8]);
  const refused = heard.find(({ status }) => status === 429) ?? expect.unreachable();
  expect(JSON.parse(refused.body.toString()).error).toMatchObject({
    code: "rate_limit_exceeded",
    message: "No target could be asked. rated/alone: rate_limited; rated/alone: rate_limited.",
  });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(60);
  expect(refused.headers).not.toHaveProperty("x-should-retry");
});

it("has no more requests under way than it may, the next target what exceeds that", async () => {
  const heard = await Promise.all(Array.from({ length: 10 }, (_, request) => ask("x-then", request % PROCESSES)));
  expect(countOf(heard, 200)).toBe(10);
  expect([lab.attemptsAt("crowded").length, lab.attemptsAt("roomy").length]).toEqual([2, 8]);
  // Those two have ended.
  await expect
    .poll(async () => (await ask("x-then", 0)).headers["x-fairlead-target"], { timeout: 10_000 })
    .toBe("narrow/crowded");
});
