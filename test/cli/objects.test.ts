import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { startObjectHost, STATE_DIRECTORY } from "../../src/cli/local-object-host.ts";
import { startRouter } from "../../src/cli/local-router.ts";
import { runObjects } from "../../src/cli/objects.ts";
import { runServe } from "../../src/cli/serve.ts";
import { createWorkplace } from "./temporary-policies.ts";

const FAIRLEAD = fileURLToPath(new URL("../../src/cli/fairlead.ts", import.meta.url));

describe("fairlead objects", () => {
  it("serves what routers of the same directory share, and keeps it", { timeout: 60_000 }, async () => {
    const { io } = await createWorkplace();
    const host = await startCommand(io.cwd, "objects", "--port", "0");
    expect(host.printed()).toContain(`fairlead serve --port N --objects ${host.url}`);
    const first = await startCommand(io.cwd, "serve", "--port", "0", "--objects", host.url);
    const second = await startCommand(io.cwd, "serve", "--port", "0", "--objects", host.url);
    const id = await askChat(first.url, keyIn(first.printed()));
    await expect.poll(() => listRequests(second.url, adminKeyIn(second.printed())), { timeout: 10_000 }).toContain(id);

    await Promise.all([first.stop(), host.stop()]);
    const alone = await startCommand(io.cwd, "serve", "--port", "0");
    expect(await listRequests(alone.url, adminKeyIn(alone.printed()))).toContain(id);
  });

  it("takes over what a router has kept for itself", { timeout: 60_000 }, async () => {
    const { io } = await createWorkplace();
    const policies = join(io.cwd, "policies");
    const alone = await startRouter({ policies, stateDirectory: join(io.cwd, STATE_DIRECTORY), quiet: true });
    onTestFinished(() => alone.close());
    const id = await askChat(alone.url, alone.key);
    await expect.poll(() => listRequests(alone.url, alone.adminKey), { timeout: 10_000 }).toContain(id);
    await alone.close();

    const host = await startObjectHost({ cwd: io.cwd, stateDirectory: STATE_DIRECTORY, quiet: true });
    onTestFinished(() => host.close());
    const sharing = await startRouter({ policies, objectHost: host.url, quiet: true });
    onTestFinished(() => sharing.close());
    expect(await listRequests(sharing.url, sharing.adminKey)).toContain(id);
  });

  it("can be bound to no other host, and to no port that is none", async () => {
    const { err, io } = await createWorkplace();
    for (const port of ["eighty", "", "-1", "65536"]) expect(await runObjects([`--port=${port}`], io)).toBe(2);
    expect(await runObjects(["--host", "0.0.0.0"], io)).toBe(2);
    expect(err[0]).toContain("--port must be a port number.\nfairlead objects [--port 8788]");
  });
});

describe("fairlead serve --objects", () => {
  it.each(["https://127.0.0.1:8788", "http://objects.example.com:8788", "127.0.0.1:8788", ".fairlead/objects"])(
    "refuses %s: whoever reaches an object host is trusted",
    async (address) => {
      const { err, io } = await createWorkplace();
      expect(await runServe(["--objects", address], io)).toBe(2);
      expect(err[0]).toMatch(/^--objects must be the address that 'fairlead objects' prints/);
    },
  );
});

interface Command {
  readonly url: string;
  printed(): string;
  stop(): Promise<void>;
}

/** Runs the command until the test ends; resolves once it has said where it listens and all that follows at once. */
async function startCommand(cwd: string, ...args: readonly string[]): Promise<Command> {
  const child = spawn(process.execPath, [FAIRLEAD, ...args], { cwd, env: { PATH: process.env["PATH"] }, stdio: "pipe" });
  let printed = "";
  for (const output of [child.stdout, child.stderr]) output.on("data", (text: Buffer) => (printed += text.toString()));
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  onTestFinished(stop);
  await expect.poll(() => printed, { timeout: 30_000 }).toMatch(/Stop with Ctrl-C|Start each router/);
  return { url: /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? "", printed: () => printed, stop };
}

function keyIn(printed: string): string {
  return /OPENAI_API_KEY=(\S+)/.exec(printed)?.[1] ?? "";
}

function adminKeyIn(printed: string): string {
  return /admin key +(\S+)/.exec(printed)?.[1] ?? "";
}

/** The id under which the request is booked. */
async function askChat(url: string, key: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "Hello!" }] }),
  });
  expect(response.status, await response.text()).toBe(200);
  return response.headers.get("x-fairlead-request-id") ?? "";
}

async function listRequests(url: string, adminKey: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/admin/api/requests?limit=10`, { headers: { authorization: `Bearer ${adminKey}` } });
  expect(response.status).toBe(200);
  const { events } = (await response.json()) as { readonly events: readonly { readonly requestId: string }[] }; // our own admin API
  return events.map(({ requestId }) => requestId);
}
