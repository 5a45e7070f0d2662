import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UsageEvent } from "../../../src/ports/usage-sink.ts";
import { eventually } from "../faults/lab.ts";
import { codeOf, type DecisionsLab, startDecisionsLab } from "./decisions-lab.ts";

/** One provider for each place, so that `x-fairlead-target` tells them apart. */
const policy = (baseUrl: string): string => `
apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: decisions }
spec:
  network: { allowPrivate: ["${new URL(baseUrl).origin}"] }
  explainRoles: [operator]
  location: { region: eu-west }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: near }
spec: { endpoint: { baseURL: "${baseUrl}" }, location: { region: eu-west, jurisdiction: EU } }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: far }
spec: { endpoint: { baseURL: "${baseUrl}" }, location: { region: us-east, jurisdiction: US } }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: rules }
spec:
  models: [{ name: rules }]
  rules:
    - { name: team, matches: [{ headers: { x-team: "blue*" } }], groups: [{ name: only, targets: [{ provider: near, model: team }] }] }
    - name: gold
      matches: [{ cel: 'caller.tags.tier == "gold" && request.tokens > 100' }]
      groups: [{ name: only, targets: [{ provider: near, model: gold }] }]
    - { name: tools, matches: [{ request: { tools: true } }], groups: [{ name: only, targets: [{ provider: near, model: tools }] }] }
    - { name: operators, matches: [{ roles: [operator] }], groups: [{ name: nested, model: choice }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: choice }
spec:
  models: [{ name: choice }]
  rules:
    - name: everyone
      callerPreferences: Allow
      locality: { prefer: Region }
      groups: [{ name: all, targets: [{ provider: far, model: big }, { provider: near, model: small }] }]
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: split }
spec:
  models: [{ name: split }]
  rules:
    - name: everyone
      split:
        by: { by: Header, header: x-session }
        variants:
          - { name: a, percent: 50%, groups: [{ name: only, targets: [{ provider: near, model: a }] }] }
          - { name: b, percent: 50%, groups: [{ name: only, targets: [{ provider: near, model: b }] }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: split-shadow }
spec:
  mode: Shadow
  models: [{ name: split }]
  rules: [{ name: everyone, groups: [{ name: only, targets: [{ provider: far, model: shadowed }] }] }]
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: mirrored }
spec:
  models: [{ name: mirrored }]
  rules:
    - name: everyone
      mirror: { percent: 100%, target: { provider: far, model: copy } }
      groups: [{ name: only, targets: [{ provider: near, model: original }] }]
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: resident }
spec:
  models: [{ name: resident }]
  rules:
    - name: everyone
      locality: { jurisdictions: [EU] }
      groups: [{ name: all, targets: [{ provider: far, model: abroad }, { provider: near, model: home }] }]
`;

let lab: DecisionsLab;

beforeAll(async () => {
  const callers = { plain: {}, gold: { tags: { tier: "gold" } }, operator: { roles: ["operator"] } };
  lab = await startDecisionsLab({ policy, callers });
});
afterAll(() => lab.close());

const target = async (caller: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await lab.ask(caller, body, headers)).headers["x-fairlead-target"] ?? "";

describe("rules", () => {
  const long = { model: "rules", messages: [{ role: "user", content: "x".repeat(2_000) }] };
  const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];

  it.each([
    {
      what: "a header's prefix",
      caller: "plain",
      body: { model: "rules" },
      headers: { "x-team": "blue-7" },
      answered: "near/team",
    },
    { what: "a condition in CEL", caller: "gold", body: long, headers: {}, answered: "near/gold" },
    { what: "what the request holds", caller: "plain", body: { model: "rules", tools }, headers: {}, answered: "near/tools" },
    {
      what: "a role, by way of another model",
      caller: "operator",
      body: { model: "rules" },
      headers: {},
      answered: "near/small",
    },
  ])("go by $what", async ({ answered, body, caller, headers }) => {
    expect(await target(caller, body, headers)).toBe(answered);
  });

  it("none of which applies refuse the request and say so", async () => {
    const heard = await lab.ask("plain", { model: "rules" });
    expect([heard.status, codeOf(heard)]).toEqual([403, "no_matching_rule"]);
  });

  it("keep data inside a jurisdiction", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => target("plain", { model: "resident" })));
    expect(new Set(answers)).toEqual(new Set(["near/home"]));
  });
});

describe("a split", () => {
  it("gives a session the same variant every time, and different sessions different ones", async () => {
    const sessions = Array.from({ length: 20 }, (_, index) => ({ "x-session": `s${index}` }));
    const first = await Promise.all(sessions.map((headers) => target("plain", { model: "split" }, headers)));
    const again = await Promise.all(sessions.map((headers) => target("gold", { model: "split" }, headers)));
    expect(new Set(first)).toEqual(new Set(["near/a", "near/b"]));
    expect(await Promise.all(sessions.map((headers) => target("plain", { model: "split" }, headers)))).toEqual(first);
    expect(again).not.toEqual(first); // another consumer's sessions are others
  });
});

/** The usage log's events of a model, newest first. */
async function usage(model: string): Promise<readonly UsageEvent[]> {
  const { body } = await lab.admin("GET", "/admin/api/requests?limit=200");
  return (body as { events: UsageEvent[] }).events.filter((event) => event.model === model); // our own log
}

const isCopied = (): boolean => lab.upstream.attempts().some(({ model }) => model === "copy");

describe("the usage log", () => {
  it("says what a shadow policy would have done, which serves nobody", async () => {
    await lab.ask("plain", { model: "split" });
    const [event] = await usage("split");
    expect(event?.shadows).toEqual([{ route: "default/split-shadow/everyone", target: "far/shadowed" }]);
    expect(lab.upstream.attempts().some(({ model }) => model === "shadowed")).toBe(false);
  });

  it("holds a mirror's copy under the route's own name, and the caller gets the original", async () => {
    expect(await target("plain", { model: "mirrored" })).toBe("near/original");
    expect(await eventually(isCopied, 5_000)).toBe(true);
    await new Promise((done) => setTimeout(done, 200));
    const events = await usage("mirrored");
    expect(new Set(events.map(({ outcome, route, target: answered }) => `${route} ${answered} ${outcome}`))).toEqual(
      new Set(["default/mirrored/everyone near/original ok", "default/mirrored/everyone/mirror far/copy ok"]),
    );
  });
});

const prefer = (value: object): Promise<string> =>
  target("plain", { model: "choice" }, { "x-fairlead-prefer": JSON.stringify(value) });

describe("a mirror that is switched off", () => {
  it("gets no copy", { timeout: 60_000 }, async () => {
    const kill = { kind: "target", id: "default/far/copy" };
    await lab.admin("POST", "/admin/api/kills", { ...kill, reason: "" });
    const copies = async (): Promise<number> => {
      const before = lab.upstream.attempts().filter(({ model }) => model === "copy").length;
      expect(await target("plain", { model: "mirrored" })).toBe("near/original");
      await new Promise((done) => setTimeout(done, 500));
      return lab.upstream.attempts().filter(({ model }) => model === "copy").length - before;
    };
    await expect.poll(copies, { timeout: 15_000, interval: 500 }).toBe(0);
    await lab.admin("POST", "/admin/api/kills", { ...kill, lift: true });
    await expect.poll(copies, { timeout: 15_000, interval: 500 }).toBe(1);
  });
});

describe("x-fairlead-prefer", () => {
  it("chooses among the targets where the rule allows it", async () => {
    expect(await prefer({ order: ["far"] })).toBe("far/big");
    expect(await prefer({ ignore: ["near"] })).toBe("far/big");
    expect(await prefer({})).toBe("near/small");
  });

  it("is refused when it cannot be read, and when it leaves nobody", async () => {
    const bad = await lab.ask("plain", { model: "choice" }, { "x-fairlead-prefer": '{"sort":"speed"}' });
    expect([bad.status, codeOf(bad)]).toEqual([400, "invalid_header"]);
    const nobody = await lab.ask("plain", { model: "choice" }, { "x-fairlead-prefer": '{"only":["elsewhere"]}' });
    expect([nobody.status, codeOf(nobody)]).toEqual([503, "no_target_available"]);
  });
});

describe("x-fairlead-debug: explain", () => {
  const explain = { "x-fairlead-debug": "explain" };

  it("tells a caller with the role every rule and target, and why", async () => {
    const { headers } = await lab.ask("operator", { model: "rules" }, explain);
    const steps = JSON.parse(headers["x-fairlead-decision"] ?? "[]") as [string, string, string][]; // our own header
    expect(steps.map(([subject, verdict]) => `${verdict}: ${subject}`)).toEqual([
      "passed over: rule default/rules/team",
      "passed over: rule default/rules/gold",
      "passed over: rule default/rules/tools",
      "taken: rule default/rules/operators",
      "taken: rule default/choice/everyone",
      "taken: group all",
      "taken: target near/small",
    ]);
    expect(steps[0]?.[2]).toBe("header x-team is not there, wanted blue*");
  });

  it("is refused to others, and says nothing unasked", async () => {
    const refused = await lab.ask("plain", { model: "choice" }, explain);
    expect([refused.status, codeOf(refused)]).toEqual([403, "forbidden"]);
    expect((await lab.ask("operator", { model: "choice" })).headers["x-fairlead-decision"]).toBeUndefined();
  });
});

describe("the admin API", () => {
  it.each([
    { path: "/admin/api/kills", body: { kind: "planet", id: "x" }, code: "invalid_value" },
    { path: "/admin/api/kills", body: { kind: "model", id: "default/support-*", reason: "" }, code: "invalid_value" },
    { path: "/admin/api/kills", body: { kind: "target", id: "default/near/none", lift: true }, code: "conflict" },
    { path: "/admin/api/rollout", body: { action: "promote" }, code: "conflict" },
    { path: "/admin/api/rollout", body: { action: "start", share: 2, document: "{}" }, code: "invalid_value" },
    { path: "/admin/api/rollout", body: { action: "start", share: 0.5, document: "{}" }, code: "invalid_value" },
  ])("refuses $body at $path", async ({ body, code, path }) => {
    const answer = await lab.admin("POST", path, body);
    expect(answer.body).toMatchObject({ error: { code } });
  });

  it("does not take a data key", async () => {
    const response = await fetch(`${lab.router.url}/admin/api/kills`, { headers: { authorization: `Bearer ${lab.router.key}` } });
    expect(response.status).toBe(401);
  });

  it(
    "is obeyed by the first request of a router that has not heard of others for a while, off and on",
    { timeout: 60_000 },
    async () => {
      const kill = { kind: "model", id: "default/resident" };
      const status = async (): Promise<number> => {
        await new Promise((done) => setTimeout(done, 4_000));
        return (await lab.ask("plain", { model: "resident" })).status;
      };
      await lab.admin("POST", "/admin/api/kills", { ...kill, reason: "" });
      expect(await status()).toBe(403);
      await lab.admin("POST", "/admin/api/kills", { ...kill, lift: true });
      expect(await status()).toBe(200);
    },
  );

  it("switches a caller off and on again", async () => {
    await lab.admin("POST", "/admin/api/kills", { kind: "caller", id: "default/gold", reason: "leaked key" });
    const isOff = async (): Promise<boolean> => (await lab.ask("gold", { model: "choice" })).status === 403;
    await expect.poll(isOff, { timeout: 10_000, interval: 500 }).toBe(true);
    expect((await lab.ask("plain", { model: "choice" })).status).toBe(200);
    await lab.admin("POST", "/admin/api/kills", { kind: "caller", id: "default/gold", lift: true });
    await expect.poll(isOff, { timeout: 10_000, interval: 500 }).toBe(false);
  });
});
