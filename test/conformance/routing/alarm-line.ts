import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../../../bench/ports.ts";
import { loadIdentity } from "../../../src/cli/local-identity.ts";
import { startChaosUpstream } from "../../rigs/chaos-upstream/index.ts";
import { gateway, provider } from "../faults/policy-objects.ts";
import { askChat } from "./ask-chat.ts";
import { writePolicies } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";

const FAIRLEAD = fileURLToPath(new URL("../../../src/cli/fairlead.ts", import.meta.url));
const READY_MS = 30_000;
const POLL_MS = 100;

/** What `fairlead serve` writes to stderr, as JSON, when an upstream refuses its only credential. */
export async function readAlarmLines(): Promise<readonly unknown[]> {
  const upstream = await startChaosUpstream();
  // F13 by name: 401.
  const policies = await writePolicies([
    gateway([upstream.url]),
    provider("keyed", upstream.url, ["primary"]),
    ruled("x-keyed", { groups: [group("only", ["keyed/keyed-F13"])] }),
  ]);
  const port = await findFreePort();
  const child = spawn(process.execPath, [FAIRLEAD, "serve", "--policies", policies, "--port", String(port)], {
    cwd: policies,
    env: { PATH: process.env["PATH"], KEYED_PRIMARY: "sk-primary" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(url);
    const { key } = await loadIdentity({ env: {}, cwd: policies });
    await askChat({ url, key }, "x-keyed");
    for (let waited = 0; waited < READY_MS && !errors.includes('"alarm"'); waited += POLL_MS) await sleep(POLL_MS);
    const lines = errors.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line): unknown => JSON.parse(line));
  } finally {
    child.kill("SIGTERM");
    await ended;
    await upstream.close();
    await rm(policies, { recursive: true, force: true });
  }
}

async function waitUntilReady(url: string): Promise<void> {
  for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await sleep(POLL_MS);
  }
  throw new Error("fairlead serve did not become ready.");
}
