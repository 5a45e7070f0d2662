import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createIdentity } from "../../src/cli/local-identity.ts";
import { startRouter } from "../../src/cli/local-router.ts";

it("stops a request that comes back to the router: its third passage is refused (attack C13)", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-loop-"));
  const port = await findFreePort();
  const identity = createIdentity();
  await writeFile(join(directory, "policies.yaml"), renderLoop(`http://127.0.0.1:${port}`));
  const router = await startRouter({ policies: directory, port, identity, env: { MIRROR_API_KEY: identity.key }, quiet: true });
  try {
    const answer = await fetch(`${router.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${router.key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "loop", messages: [{ role: "user", content: "Hello" }] }),
    });
    expect(answer.status).toBe(502);
    expect(answer.headers.get("x-fairlead-attempts")).toBe("1");
    const usage = await fetch(`${router.url}/admin/api/requests`, { headers: { authorization: `Bearer ${router.adminKey}` } });
    expect(await usage.json()).toMatchObject({
      events: [
        { attempts: [{ target: "mirror/loop", outcome: "server_error" }] },
        { attempts: [{ target: "mirror/loop", outcome: "server_error" }] },
      ],
    });
  } finally {
    await router.close();
    await rm(directory, { recursive: true });
  }
});

function renderLoop(origin: string): string {
  return `apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: loop }
spec: { network: { allowPrivate: ["${origin}"] } }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: mirror }
spec:
  endpoint: { baseURL: "${origin}/v1", dialect: openai-chat }
  credentials: [{ name: own, secretKeyRef: { name: mirror, key: api-key } }]
  models: [{ name: loop }]
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: loop }
spec:
  models: [{ name: loop }]
  rules: [{ name: all, groups: [{ name: mirror, targets: [{ provider: mirror, model: loop }] }], failover: { maxAttempts: 1 } }]
`;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address !== null ? address.port : 0;
}
