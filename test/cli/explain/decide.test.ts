import { expect, it } from "vitest";
import { runExplain } from "../../../src/cli/explain.ts";
import type { Explanation } from "../../../src/cli/explain/explanation.ts";
import { createWorkplace } from "../temporary-policies.ts";

const POLICY = `
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: dropping }
spec:
  models: [{ name: dropping }]
  rules:
    - name: everyone
      callerPreferences: Allow
      unsupported: Drop
      groups:
        - { name: first, targets: [{ provider: anthropic, model: claude-haiku-4-5 }] }
        - { name: second, targets: [{ provider: openai, model: gpt-4o-mini }] }
`;

/** Who would be asked for an answer of a certain seed, and who is passed over on the way. */
async function attemptOf(wish: object): Promise<unknown> {
  const { err, io, out, write } = await createWorkplace();
  await write("policies/dropping.yaml", POLICY);
  const body = { model: "dropping", seed: 7, messages: [{ role: "user", content: "Where is the harbour?" }] };
  const headers = { "x-fairlead-prefer": JSON.stringify(wish) };
  await write("request.yaml", JSON.stringify({ caller: "example", headers, body }));
  expect(await runExplain(["--request", "request.yaml", "--json"], io), err.join("\n")).toBe(0);
  const { plan } = JSON.parse(out.join("\n")) as Explanation; // our own output
  return plan?.attempts[0];
}

it("passes over what cannot be told all of a request that the caller wants told whole", async () => {
  expect(await attemptOf({})).toMatchObject({ target: "anthropic/claude-haiku-4-5", unfit: [] });
  expect(await attemptOf({ require_parameters: true })).toMatchObject({
    target: "openai/gpt-4o-mini",
    unfit: [{ target: "anthropic/claude-haiku-4-5", why: expect.stringContaining("'seed' cannot be sent") }],
  });
});
