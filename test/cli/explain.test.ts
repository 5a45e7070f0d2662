import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runExplain } from "../../src/cli/explain.ts";
import type { Explanation } from "../../src/cli/explain/explanation.ts";
import { document } from "../core/policy/compile-files.ts";
import { createWorkplace } from "./temporary-policies.ts";

const FOLDER = join(import.meta.dirname, "explain");
const FILES = readdirSync(join(FOLDER, "scenarios"));
const SCENARIOS = FILES.filter((name) => name.endsWith(".request.yaml")).map((name) => name.replace(".request.yaml", ""));

/** What the command prints for a scenario. */
async function explain(scenario: string, ...more: readonly string[]): Promise<string> {
  const out: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: (line: string) => void out.push(line), env: {}, cwd: FOLDER };
  const state = FILES.includes(`${scenario}.state.yaml`) ? ["--state", `scenarios/${scenario}.state.yaml`] : [];
  const args = ["--request", `scenarios/${scenario}.request.yaml`, "--policies", "policies", ...state, ...more];
  expect(await runExplain(args, io)).toBe(0);
  return `${out.join("\n")}\n`;
}

async function firstAsked(seed: string): Promise<string> {
  return /1\. ([^ ,]+)/.exec(await explain("unknown-caller", "--seed", seed))?.[1] ?? "";
}

/** What the command says of input that it refuses. */
async function refused(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const { err, io, out, write } = await createWorkplace();
  for (const [path, text] of Object.entries(files)) await write(path, text);
  expect(await runExplain(args, io)).toBe(1);
  expect(out).toEqual([]);
  return err.join("\n");
}

it("has thirty scenarios and more", () => {
  expect(SCENARIOS.length).toBeGreaterThanOrEqual(30);
});

it.each(SCENARIOS)("explains: %s", async (scenario) => {
  await expect(await explain(scenario)).toMatchFileSnapshot(`explain/scenarios/${scenario}.txt`);
});

it("waits as the router does where the only target asks to be left alone", async () => {
  const { io, out, write } = await createWorkplace();
  await write(
    "only.yaml",
    [
      document("LLMProvider", "one", "{ endpoint: { baseURL: 'https://one.example.com' } }"),
      document(
        "RoutingPolicy",
        "chat",
        "{ models: [{ name: chat }], rules: [{ name: all, groups: [{ name: only, targets: [{ provider: one, model: m }] }] }] }",
      ),
    ].join(""),
  );
  await write("request.yaml", "model: chat\n");
  expect(await runExplain(["--request", "request.yaml", "--policies", "only.yaml"], io)).toBe(0);
  const text = out.join("\n");
  expect(text).toMatch(/fails with rate_limited, shed or evicted: one\/m, after 1\.?0? ?s/u);
  expect(text).toContain("after 50 ms");
});

it("says the same as data", async () => {
  const explanation = JSON.parse(await explain("three-in-the-morning", "--json")) as Explanation;
  expect(explanation).toMatchObject({
    request: { caller: "billing", at: "2026-11-23T03:12:00.000Z" },
    plan: { route: "default/fast/gold", attempts: [{ target: "anthropic/claude-haiku-4-5", dueMs: 8_000 }, {}, {}] },
    ending: { status: 502, code: "upstream_failed", isFinal: true },
  });
  expect(explanation.plan?.order.filter(({ verdict }) => verdict === "passed over")).toHaveLength(3);
});

describe("the moment", () => {
  it("is that of the command line, before that of the state and of the request", async () => {
    expect(await explain("at-noon", "--at", "2026-11-23T22:30:00Z")).toContain("✓ rule default/fast/nights");
    expect(await explain("all-full", "--at", "2026-11-23T12:30:00Z")).toContain("✗ rule default/fast/nights");
  });
});

describe("the draw", () => {
  it("comes from the seed, the same every time", async () => {
    const seeds = Array.from({ length: 20 }, (_, index) => `seed ${index}`);
    const once = await Promise.all(seeds.map(firstAsked));
    expect(new Set(once)).toEqual(new Set(["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"]));
    expect(await Promise.all(seeds.map(firstAsked))).toEqual(once);
  });
});

describe("credentials", () => {
  it("all count as set, or those of the environment alone", async () => {
    const { io, out, write } = await createWorkplace({ ANTHROPIC_API_KEY: "sk-test" });
    await write("request.yaml", "{ model: chat, caller: example }");
    expect(await runExplain(["--request", "request.yaml"], io)).toBe(0);
    expect(out[0]).toContain("✓ target openai/gpt-4o-mini: asked first");
    expect(await runExplain(["--request", "request.yaml", "--only-configured"], io)).toBe(0);
    expect(out[1]).toContain("left out: default/gemini (GEMINI_API_KEY is not set), default/openai (OPENAI_API_KEY is not set)");
    expect(out[1]).toContain("✓ target anthropic/claude-haiku-4-5: asked first");
    expect(out[1]).toContain("✗ target openai/gpt-4o-mini: never asked, OPENAI_API_KEY is not set");
    expect(out.join("")).not.toContain("sk-test");
  });
});

describe("a header that the router refuses", () => {
  it.each([
    ["x-fairlead-cache: bogus", 400, "invalid_header"],
    ["x-fairlead-hop: '2'", 508, "request_loop"],
    ["x-fairlead-debug: maybe", 400, "invalid_header"],
    ["X-Fairlead-Debug: explain", 403, "forbidden"],
    ["x-fairlead-timeout-ms: soon", 400, "invalid_header"],
    ["x-fairlead-prefer: soon", 400, "invalid_header"],
  ])("is the end: %s", async (header, status, code) => {
    const { io, out, write } = await createWorkplace();
    await write("r.yaml", `{ model: chat, caller: example, headers: { ${header} } }`);
    expect(await runExplain(["--request", "r.yaml", "--json"], io)).toBe(0);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({ rules: [], plan: null, ending: { status, code } });
  });
});

describe("the cache", () => {
  it.each([
    ["off", "Beside it\n  shadow:"],
    ["no-store", "Beside it\n  shadow:"],
    ["refresh", "cache: a target is asked even if memory holds an answer; after that an identical request"],
    ["exact", "cache: an identical request of the same consumer within 10 min is answered from memory"],
  ])("is what the caller wishes of it: %s", async (wish, said) => {
    const { io, out, write } = await createWorkplace();
    await write("r.yaml", `{ model: fast, caller: helpdesk, headers: { x-fairlead-cache: ${wish} } }`);
    expect(await runExplain(["--request", "r.yaml", "--policies", join(FOLDER, "policies")], io)).toBe(0);
    expect(out[0]).toContain(said);
  });
});

describe("a copy", () => {
  const POOL = "default/pool-a/llama";
  it.each([
    ["in rotation", "{}", "a copy of 10% of requests goes to pool-a/llama"],
    ["switched off", `{ kills: [{ kind: target, id: ${POOL} }] }`, "it was switched off"],
    ["ejected", `{ targets: { ${POOL}: { standing: ejected } } }`, "it failed again and again and is out of rotation"],
    ["probed", `{ targets: { ${POOL}: { standing: probing } } }`, "until a probe shows that it answers again"],
    ["throttled", `{ credentials: { default/pool-a#none: { blockedForMs: 9000 } } }`, "left alone for another 9 s"],
  ])("is sent or not, its target being %s", async (_, state, said) => {
    const { io, out, write } = await createWorkplace();
    await write("r.yaml", "{ model: chosen, caller: helpdesk }");
    await write("s.yaml", state);
    const args = ["--request", "r.yaml", "--state", "s.yaml", "--policies", join(FOLDER, "policies"), "--json"];
    expect(await runExplain(args, io)).toBe(0);
    const { plan } = JSON.parse(out[0] ?? "") as Explanation;
    expect(plan?.beside[0]).toMatch(said);
    expect(plan?.beside[0]?.startsWith("mirror: pool-a/llama gets no copy: ")).toBe(state !== "{}");
  });
});

describe("a mistake", () => {
  it("in the request is named with its place and the nearest field", async () => {
    const message = await refused({ "r.yaml": "model: chat\ntoken: 12\nstream: maybe\n" }, "--request", "r.yaml");
    expect(message).toContain("r.yaml:2:1 unknown_field: token: no such field");
    expect(message).toContain('did you mean "tokens"?');
    expect(message).toContain("r.yaml:3:9 wrong_type: stream:");
  });

  it("in where it comes from is named with what policies take for a place", async () => {
    const message = await refused({ "r.yaml": "model: chat\ncountry: de\ncontinent: eu\n" }, "--request", "r.yaml");
    expect(message).toContain(
      'r.yaml:2:10 invalid_value: country: the value is not allowed, found "de"; allowed: a country\'s two letters, such as DE',
    );
    expect(message).toContain("r.yaml:3:12 invalid_value: continent:");
    expect(message).toContain('did you mean "EU"?');
  });

  it("in the state is named with its place", async () => {
    const files = { "r.yaml": "model: chat\n", "s.json": '{"targets":{"default/openai/gpt-4o-mini":{"standing":"sick"}}}' };
    const message = await refused(files, "--request", "r.yaml", "--state", "s.json");
    expect(message).toContain('s.json:1:54 invalid_value: targets["default/openai/gpt-4o-mini"].standing:');
  });

  it.each([
    ["a body and what it says itself", "{ body: { model: chat }, tokens: 12 }", "says 'tokens' itself"],
    ["no model", "{ caller: example }", "names no model"],
    ["a path that leads nowhere", "{ model: chat, path: /v1/chat/completion }", "did you mean '/v1/chat/completions'?"],
    ["two documents", "model: chat\n---\nmodel: chat\n", "must hold one document"],
  ])("is refused: %s", async (_, text, message) => {
    expect(await refused({ "r.yaml": text }, "--request", "r.yaml")).toContain(message);
  });

  it("in a policy is named as validate names it", async () => {
    const files = { "r.yaml": "model: chat\n", "policies/more.yaml": "kind: Nothing\n" };
    expect(await refused(files, "--request", "r.yaml")).toContain("policies/more.yaml:1:7 unknown_kind");
    expect(await refused({}, "--request", "nowhere.yaml")).toContain("Cannot read nowhere.yaml");
  });

  it("in an id of the state is pointed out beside the answer, whatever it is the id of", async () => {
    expect(await explain("slips-in-the-state")).toContain("note      the state speaks of");
    const { notes } = JSON.parse(await explain("slips-in-the-state", "--json")) as Explanation;
    expect(notes.filter((note) => note.startsWith("the state speaks of"))).toHaveLength(11);
  });

  it("is not seen in ids that the policies have", async () => {
    const scenarios = ["three-in-the-morning", "killed-fallback", "beside-preferences", "credential-refused", "killed-model"];
    const texts = await Promise.all(scenarios.map((scenario) => explain(scenario)));
    expect(texts.join("")).not.toContain("the state speaks of");
  });

  it.each([[[]], [["--request"]], [["--request", "r.yaml", "--at", "yesterday"]], [["--request", "r.yaml", "--wrong"]]])(
    "of the command line is answered with the usage: %j",
    async (args) => {
      const { err, io } = await createWorkplace();
      expect(await runExplain(args, io)).toBe(2);
      expect(err[0]).toContain("Usage:\nfairlead explain --request FILE");
    },
  );
});
