import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFreePort } from "../../bench/ports.ts";
import { ERROR_TABLE } from "../../src/core/errors.ts";
import { hostEnvironment } from "../../tools/prove/host-environment.ts";
import { eventually } from "./faults/lab.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(join(REPOSITORY, "README.md"), "utf8");
const README_PORT = "8787";
/** What a copy of the working tree is without: what git ignores, and what no command reads. */
const NOT_COPIED = /^(?:node_modules|\.git|\.fairlead|\.wrangler|\.dev\.vars.*|dist|coverage|test\/fixtures)(?:\/|$)/;

/** Commands that are not run here, and what runs them. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["npm install", "prove main: a fresh clone"],
  ["npm test", "prove main: .ci/run in a clean clone"],
  ["npm run check", "prove main: .ci/run in a clean clone"],
  ["npm run bench", "prove main: the bench"],
  ["npm run bench -- --write", "prove main: the bench; npm run check: that the README has its figures"],
  ["npm run prove", "this is one of its rows"],
  ["npx fairlead keys revoke ID", "test/cli/keys.test.ts"],
  ["npx fairlead compile DIR --out FILE", "test/cli/compile.test.ts"],
  ["npx fairlead serve [--port N] [--policies DIR]", "npm start, with a port"],
  ["npx fairlead objects [--port N] [--state DIR]", "test/cli/objects.test.ts"],
  ["npx fairlead rollout start DIR --share 10%", "test/conformance/routing: rollouts over four processes"],
  ["npx fairlead kill target PROVIDER/MODEL", "test/conformance/routing: kills over four processes"],
  ["npx fairlead explain --request FILE", "test/cli/explain.test.ts"],
  ["npx fairlead drill [DIR]", "test/cli/drill"],
  ["npx fairlead trace export", "test/cli/trace.test.ts"],
  ["fairlead simulate --trace FILE --against DIR", "test/cli/simulate"],
  ["npx fairlead admin create-key --name … --roles …", "test/cli/admin.test.ts"],
  ["npx fairlead audit export", "test/conformance/admin"],
  ["npx fairlead redis-bridge [--redis URL]", "test/cli/redis-bridge, with a real Redis and Upstash's own clients"],
  ["npx fairlead usage --by consumer,day", "test/conformance/identity/books.test.ts, at a real router"],
  ["npx fairlead cache stats", "test/cli/cache.test.ts, test/conformance/admin"],
  ["npx fairlead cache eval prompts.csv", "test/cli/cache"],
  ["npx fairlead generate [--check]", "test/cli/generate.test.ts, npm run check"],
  ["npx fairlead validate [DIR]", "test/cli/validate.test.ts"],
  ["npx wrangler deploy", "needs a Cloudflare account; its dry run is run here"],
  ["npx wrangler secret put FAIRLEAD_PEPPER_V1", "needs a Cloudflare account"],
  ["npx wrangler secret put FAIRLEAD_CACHE_SECRET", "needs a Cloudflare account"],
  ["npx wrangler secret put OPENAI_API_KEY", "needs a Cloudflare account"],
]);

/** What a block prints, by a part of its text that no other block has. */
const EXPECTED: readonly { readonly part: string; readonly prints: readonly RegExp[]; readonly never?: RegExp }[] = [
  { part: '"model":"chat","stream":true', prints: [/"delta":\{"content":"/, /data: \[DONE\]\n\n$/] },
  {
    part: '"model":"broken"',
    prints: [/x-fairlead-attempts: 2/i, /x-fairlead-target: simulator\/sim-small/i, /"chat\.completion"/],
  },
  { part: "policies/faults.yaml <<", prints: [/valid, 0 errors, 0 warnings in 5 files/] },
  { part: '"model":"cut-off"', prints: [/"delta":\{"content":"/, /"code":"stream_interrupted"/], never: /\[DONE\]/ },
  {
    part: "fairlead explain",
    prints: [/✓ rule default\/chat\/everyone: it has no conditions/, /openai\/gpt-4o-mini: asked first/, /, 0 failed/],
  },
  { part: "keys create", prints: [/fl_live_\w{12}_\w{46}/, /default\/example {2}ci {2}active/] },
  { part: "admin/api/requests", prints: [/"events":\[\{"requestId":/, /"status":"ready"/] },
  { part: "wrangler deploy --dry-run", prints: [/Total Upload/, /--dry-run: exiting now/] },
];

/** Where Markdown of ours is: the root's own files, and folders with all that is in them. */
const PAGES = [".", "bench", "docs", "src", "test", "policies", "tools"];

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...README.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));
const shellBlocks = blocks.filter(({ language }) => language === "sh");
const runFile = promisify(execFile);

describe("README", () => {
  let copy: string;
  let port: number;
  let router: ChildProcess | null = null;
  /** Variables that earlier blocks have exported. */
  let exported = "";

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), "fairlead-readme-"));
    port = await findFreePort();
    await cp(REPOSITORY, copy, { recursive: true, filter: (source) => !NOT_COPIED.test(relative(REPOSITORY, source)) });
    await symlink(join(REPOSITORY, "node_modules"), join(copy, "node_modules"));
  });
  afterAll(async () => {
    await stopRouter();
    await rm(copy, { recursive: true, force: true });
  });

  it("says of every command that is not run here what runs it", () => {
    const commands = [...README.matchAll(/`((?:npm|npx|node|curl|wrangler|fairlead) [^`]+)`/g)].map(
      ([, command = ""]) => command,
    );
    const shell = shellBlocks.map(({ text }) => text).join("\n");
    expect(commands.length).toBeGreaterThan(8);
    expect(commands.filter((command) => !ELSEWHERE.has(command) && !shell.includes(command))).toEqual([]);
    const lines = new Set([...shell.split("\n"), ...commands]);
    expect([...ELSEWHERE.keys()].filter((command) => !lines.has(command))).toEqual([]);
    for (const [command, where] of ELSEWHERE) console.log(`not run here: ${command} (${where})`);
  });

  for (const [index, { text }] of shellBlocks.entries()) {
    const title = text.split("\n").find((line) => !ELSEWHERE.has(line)) ?? "";
    it(`runs block ${index + 1} as it stands: ${title.slice(0, 80)}`, { timeout: 120_000 }, async () => {
      const output = await runBlock(text);
      const expected = EXPECTED.filter(({ part }) => text.includes(part));
      const isSilent = text
        .split("\n")
        .every((line) => line === "" || line.startsWith("export ") || line === "npm start" || ELSEWHERE.has(line));
      expect(expected).toHaveLength(isSilent ? 0 : 1);
      for (const { never, prints } of expected) {
        for (const pattern of prints) expect(output).toMatch(pattern);
        if (never !== undefined) expect(output).not.toMatch(never);
      }
    });
  }

  it("has JavaScript examples that print an answer, for each SDK", { timeout: 60_000 }, async () => {
    expect(textsOf("js")).toHaveLength(3);
    for (const text of textsOf("js")) {
      await writeFile(join(copy, "example.mjs"), atPort(text));
      expect(await run("node example.mjs")).toMatch(/simulator/);
    }
  });

  it(
    "has a Python example that prints an answer, where the SDK is installed, and parses everywhere",
    { timeout: 60_000 },
    async () => {
      await writeFile(join(copy, "example.py"), atPort(textOf("python")));
      const probe = "python3 -c 'import openai' 2>/dev/null && echo installed || true";
      if ((await run(probe)).includes("installed")) expect(await run("python3 example.py")).toMatch(/simulator/);
      else {
        console.log(
          "not run here: the Python example (python3 has no openai package); its syntax is checked where there is a python3",
        );
        await run("! command -v python3 >/dev/null || python3 -m py_compile example.py");
      }
    },
  );

  it("has example policies that compile beside the shipped ones", { timeout: 60_000 }, async () => {
    expect(textsOf("yaml")).toHaveLength(3);
    await writeFile(join(copy, "policies/example.yaml"), textsOf("yaml").join("---\n"));
    expect(await run("npx fairlead validate")).toMatch(/valid, 0 errors, 0 warnings in 5 files/);
  });

  it("lists every error code", () => {
    expect(Object.keys(ERROR_TABLE).filter((code) => !README.includes(`\`${code}\``))).toEqual([]);
  });

  it("links to files that exist, and so does every other page", () => {
    const pages = PAGES.flatMap((place) => listPages(place));
    const links = pages.flatMap((page) =>
      [...readFileSync(join(REPOSITORY, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(
        ([, target = ""]) => ({ page, target }),
      ),
    );
    expect(links.length).toBeGreaterThan(15);
    expect(links.filter(({ page, target }) => !existsSync(join(REPOSITORY, dirname(page), target)))).toEqual([]);
  });

  /** Everything the block's commands print. `npm start` is what a reader leaves running in another shell. */
  async function runBlock(text: string): Promise<string> {
    let output = "";
    const [first = "", ...rest] = text.split(/^npm start$/m);
    output += await runLines(first);
    for (const part of rest) {
      await restartRouter();
      output += await runLines(part);
    }
    return output;
  }

  async function runLines(text: string): Promise<string> {
    const lines = text.split("\n").filter((line) => !ELSEWHERE.has(line));
    exported += lines
      .filter((line) => line.startsWith("export "))
      .map((line) => `${line}\n`)
      .join("");
    return lines.join("").trim() === "" ? "" : run(lines.join("\n"));
  }

  /** The README's address is that of a router which may be running on this machine already. */
  function atPort(text: string): string {
    return text.replaceAll(README_PORT, String(port));
  }

  /** @throws Error when a command fails */
  async function run(script: string): Promise<string> {
    const own = atPort(exported + script);
    const { stderr, stdout } = await runFile("sh", ["-e", "-c", own], { cwd: copy, env: hostEnvironment() });
    return stdout.startsWith("HTTP/") || stdout.includes("data: ") ? stdout : stdout + stderr;
  }

  async function restartRouter(): Promise<void> {
    await stopRouter();
    let printed = "";
    const child = spawn("npm", ["start", "--", "--port", String(port)], { cwd: copy, env: hostEnvironment(), detached: true });
    router = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    expect(await eventually(() => printed.includes("Stop with Ctrl-C"), 40_000), printed).toBe(true);
  }

  /** npm, its shell, the CLI and workerd are one group. */
  async function stopRouter(): Promise<void> {
    if (router?.pid === undefined) return;
    const exited = router.exitCode === null && router.signalCode === null ? once(router, "exit") : null;
    process.kill(-router.pid, "SIGTERM");
    await exited;
    router = null;
  }
});

function listPages(place: string): readonly string[] {
  const files = readdirSync(join(REPOSITORY, place), { recursive: place !== ".", encoding: "utf8" });
  return files.filter((file) => file.endsWith(".md") && !file.includes("fixtures/")).map((file) => join(place, file));
}

function textsOf(language: string): readonly string[] {
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}

function textOf(language: string): string {
  const found = textsOf(language);
  if (found.length !== 1) throw new Error(`The README has ${found.length} blocks of ${language}, not one.`);
  return found[0] ?? "";
}
