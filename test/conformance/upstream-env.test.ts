import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningRouter, startRouter } from "../../src/cli/local-router.ts";
import { eventually } from "./faults/lab.ts";
import { type ChaosUpstream, startChaosUpstream } from "../rigs/chaos-upstream/index.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const KEY = "sk-env-0123456789abcdef";
const runFile = promisify(execFile);
let upstream: ChaosUpstream;

beforeAll(async () => {
  upstream = await startChaosUpstream();
});
afterAll(() => upstream.close());

describe("the shipped policies with OPENAI_BASE_URL and OPENAI_API_KEY", () => {
  let router: RunningRouter;

  beforeAll(async () => {
    const env = { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: KEY };
    router = await startRouter({ policies: "policies", env, cwd: REPOSITORY, quiet: true });
  });
  afterAll(() => router.close());

  it.each([false, true])("answer the model chat from that server (stream: %s)", async (stream) => {
    const response = await fetch(`${router.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${router.key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "Hello!" }], stream }),
    });
    expect(response.headers.get("x-fairlead-target")).toBe("openai/gpt-4o-mini");
    expect(await response.text()).toContain("Answer from gpt-4o-mini.");
    expect(upstream.attempts().at(-1)).toMatchObject({
      model: "gpt-4o-mini",
      stream,
      headers: { authorization: `Bearer ${KEY}` },
    });
  });
});

describe("fairlead serve in a fresh directory", () => {
  let directory: string;
  let child: ChildProcess;
  let printed = "";

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "fairlead-env-"));
    await cp(join(REPOSITORY, "policies"), join(directory, "policies"), { recursive: true });
    child = spawn(process.execPath, [join(REPOSITORY, "src/cli/fairlead.ts"), "serve", "--port", "0"], {
      cwd: directory,
      env: { PATH: process.env["PATH"], OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: KEY },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout?.on("data", (text: Buffer) => (printed += text.toString()));
    child.stderr?.on("data", (text: Buffer) => (printed += text.toString()));
    expect(await eventually(() => printed.includes("Stop with Ctrl-C"), 30_000), printed).toBe(true);
  });
  afterAll(async () => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    await rm(directory, { recursive: true, force: true });
  });

  it("prints a curl line that answers from a model of that server", async () => {
    const { stdout } = await runFile("sh", ["-c", readCurlLine(printed)]);
    expect(JSON.parse(stdout)).toMatchObject({ object: "chat.completion", model: "chaos-ok" });
    expect(upstream.attempts().at(-1)).toMatchObject({
      path: "/v1/chat/completions",
      headers: { authorization: `Bearer ${KEY}` },
    });
  });

  it('prints a curl line that streams once "stream":true is added', async () => {
    const line = readCurlLine(printed).replace('"model":"chat"', '"model":"chat","stream":true');
    const { stdout } = await runFile("sh", ["-c", line]);
    expect(stdout).toContain("Answer from chaos-ok.");
    expect(stdout.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  it("says which model it took, and gives the upstream's key away nowhere", () => {
    expect(printed).toContain("will use chaos-ok");
    expect(printed).not.toContain(KEY);
  });
});

/** The one command offered, exactly as a reader would paste it. */
function readCurlLine(text: string): string {
  const line = text.split("\n").find((candidate) => candidate.trimStart().startsWith("curl "));
  if (line === undefined) throw new Error(`No curl line was printed:\n${text}`);
  return line;
}
