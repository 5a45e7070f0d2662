import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeNow, HOST, listen } from "../../rigs/chaos-upstream/listen.ts";
import { codeOf, type DecisionsLab, startDecisionsLab } from "./decisions-lab.ts";

/** What a backend of another wire format says to everything. */
const ANSWER = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "other",
  content: [{ type: "text", text: "Here." }],
  stop_reason: "end_turn",
  usage: { input_tokens: 3, output_tokens: 1 },
};

/** The first target's format has no word for some of what the second one's has. */
const policyOver =
  (foreignUrl: string) =>
  (baseUrl: string): string =>
    `
apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: decisions }
spec: { network: { allowPrivate: ["${new URL(baseUrl).origin}", "${foreignUrl}"] } }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: foreign }
spec: { endpoint: { baseURL: "${foreignUrl}", dialect: anthropic-messages } }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: own }
spec: { endpoint: { baseURL: "${baseUrl}" } }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: dropping }
spec:
  models: [{ name: dropping }]
  rules:
    - name: choosing
      matches: [{ headers: { x-team: blue } }]
      callerPreferences: Allow
      unsupported: Drop
      groups: &both
        - { name: first, targets: [{ provider: foreign, model: other }] }
        - { name: second, targets: [{ provider: own, model: whole }] }
    - { name: everyone, unsupported: Drop, groups: *both }
`;

const foreign = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "application/json").end(JSON.stringify(ANSWER));
});
let lab: DecisionsLab;

beforeAll(async () => {
  const policy = policyOver(`http://${HOST}:${await listen(foreign, 0)}`);
  lab = await startDecisionsLab({ policy, callers: { plain: {} } });
});
afterAll(async () => {
  await lab.close();
  await closeNow(foreign);
});

interface Asked {
  readonly wish: object;
  readonly body?: object;
  readonly team?: string;
}

/** Asks for what the first target cannot be told, unless told otherwise. */
function ask({ body = { seed: 7 }, team = "blue", wish }: Asked): ReturnType<DecisionsLab["ask"]> {
  const headers = { "x-team": team, "x-fairlead-prefer": JSON.stringify(wish) };
  return lab.ask("plain", { model: "dropping", ...body }, headers);
}

describe("require_parameters", () => {
  const wish = { require_parameters: true };

  it("passes over a target that would be sent a part of the request less", async () => {
    const { headers } = await ask({ wish: {} });
    expect(headers["x-fairlead-target"]).toBe("foreign/other");
    expect(headers["x-fairlead-warnings"]).toContain("seed");
    const required = await ask({ wish });
    expect(required.headers["x-fairlead-target"]).toBe("own/whole");
    expect(required.headers["x-fairlead-warnings"]).toBeUndefined();
    expect(lab.upstream.attempts().at(-1)?.body).toContain('"seed":7');
  });

  it("refuses where nobody else is left, and names the part", async () => {
    const heard = await ask({ wish: { ...wish, only: ["foreign"] } });
    expect([heard.status, codeOf(heard)]).toEqual([400, "unsupported_feature"]);
    expect(heard.body.toString()).toContain("'seed' cannot be sent to foreign/other");
  });

  it("changes nothing for a request that loses nothing, nor where the rule ignores what callers prefer", async () => {
    for (const asked of [
      { wish, body: {} },
      { wish, team: "green" },
    ]) {
      expect((await ask(asked)).headers["x-fairlead-target"]).toBe("foreign/other");
    }
  });
});
