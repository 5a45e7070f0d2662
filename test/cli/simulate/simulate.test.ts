import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runSimulate } from "../../../src/cli/simulate.ts";
import { createWorkplace } from "../temporary-policies.ts";
import { type Edit, lineOf, many, simulate, simulated } from "./workbench.ts";

const EVEN: Edit = { file: "fast.yaml", from: "model: gpt-4o-mini, weight: 3", to: "model: gpt-4o-mini, weight: 1" };
const OTHER_MODEL: Edit = { file: "others.yaml", from: "model: claude-sonnet-4-5", to: "model: claude-opus-4-5" };
const FAST = "default/fast/everyone → openai/gpt-4o-mini";

describe("the same policies", () => {
  it("change nothing, whatever is drawn", async () => {
    const summary = await simulated([...many(500), ...many(100, { model: "careful" }), ...many(100, { model: "canary" })]);
    expect(summary).toMatchObject({ requests: 700, decided: 700, changed: 0, changes: [], refusals: [] });
    const shares = summary.shares.filter(({ route }) => route === "default/fast/everyone");
    expect(shares.map(({ after, before }) => after - before)).toEqual([0, 0]);
    expect(Math.min(...shares.map(({ before }) => before))).toBeGreaterThan(80);
  });

  it("say so in words and exit 0, also where every change is a failure", async () => {
    const { code, out } = await simulate(many(3), [], "--fail-on", "refusals,target,cost:+0%,open");
    expect(code).toBe(0);
    expect(out[0]).toContain("No request that the trace decides changes.");
  });
});

describe("a changed weight", () => {
  it("moves those requests whose draw is between the old share and the new one, and no others", async () => {
    const { changed, changes, shares } = await simulated(many(1_000), [EVEN]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      from: FAST,
      to: "default/fast/everyone → anthropic/claude-haiku-4-5",
      requests: changed,
      examples: [expect.stringMatching(/^req-/), expect.stringMatching(/^req-/), expect.stringMatching(/^req-/)],
    });
    const [anthropic, openai] = shares;
    expect((anthropic?.after ?? 0) - (anthropic?.before ?? 0)).toBe(changed);
    expect((openai?.before ?? 0) - (openai?.after ?? 0)).toBe(changed);
    expect(changed / 1_000).toBeCloseTo(0.25, 1);
  });

  it("costs what tokens times prices say", async () => {
    const { changes } = await simulated(many(100), [EVEN]);
    const [group] = changes;
    // gpt-4o-mini: 1,000 × $0.15 + 200 × $0.60 per million; claude-haiku-4-5: 1,000 × $1 + 200 × $5.
    expect(group?.costMicroUsd).toEqual({
      before: { sum: (group?.requests ?? 0) * 270, unknown: 0 },
      after: { sum: (group?.requests ?? 0) * 2_000, unknown: 0 },
    });
  });

  it("is a different answer time by what the trace shows of each target", async () => {
    const known = [
      ...many(50, { target: "openai/gpt-4o-mini", durationMs: 800 }),
      ...many(50, { target: "anthropic/claude-haiku-4-5", durationMs: 1_800 }),
    ];
    const { answerMs, neverSeen } = await simulated(known, [EVEN]);
    expect(answerMs.before).toBeGreaterThan(800);
    expect(answerMs.after).toBeGreaterThan(answerMs.before ?? 0);
    expect(answerMs.after).toBeLessThan(1_800);
    expect(neverSeen).toEqual([]);
  });
});

describe("a target that the trace never saw", () => {
  it("has no answer time, and is named", async () => {
    const lines = many(10, { model: "careful", target: "anthropic/claude-sonnet-4-5", durationMs: 900 });
    const { answerMs, neverSeen } = await simulated(lines, [OTHER_MODEL]);
    expect(answerMs).toEqual({ before: 900, after: null });
    expect(neverSeen).toEqual([{ target: "anthropic/claude-opus-4-5", requests: 10 }]);
  });
});

describe("refusals", () => {
  const CASES: readonly { readonly what: string; readonly edit: Edit; readonly detail: object; readonly code: string }[] = [
    {
      what: "a model that nobody serves any more",
      edit: { file: "others.yaml", from: "models: [{ name: careful }]", to: "models: [{ name: thorough }]" },
      detail: { model: "careful" },
      code: "model_not_found",
    },
    {
      what: "a model that the consumer may not use any more",
      edit: { file: "consumers.yaml", from: "models: [fast, embed]", to: "models: [embed]" },
      detail: { caller: "search" },
      code: "model_not_found",
    },
    {
      what: "a consumer that is gone",
      edit: { file: "consumers.yaml", from: "name: billing }", to: "name: invoices }" },
      detail: { caller: "billing" },
      code: "invalid_api_key",
    },
    {
      what: "a key that was revoked",
      edit: { file: "consumers.yaml", from: "{ name: ci, id: BillingCi001", to: "{ revoked: true, name: ci, id: BillingCi001" },
      detail: { caller: "billing", key: "BillingCi001" },
      code: "revoked_api_key",
    },
    {
      what: "a key that is gone",
      edit: { file: "consumers.yaml", from: "id: BillingCi001", to: "id: BillingCi002" },
      detail: { caller: "billing", key: "BillingCi001" },
      code: "invalid_api_key",
    },
    {
      what: "a request that no rule speaks of any more",
      edit: { file: "others.yaml", from: "request: { maxTokens: 1000 }", to: "request: { maxTokens: 999 }" },
      detail: { model: "internal", headers: {}, path: "/v1/messages" },
      code: "no_matching_rule",
    },
  ];

  it.each(CASES)("$what: $code", async ({ code, detail, edit }) => {
    const { changes, refusals } = await simulated(many(4, detail), [edit]);
    expect(refusals).toEqual([{ code, before: 0, after: 4 }]);
    expect(changes).toMatchObject([{ to: `refused: ${code}`, requests: 4, costMicroUsd: { after: { sum: 0, unknown: 0 } } }]);
  });
});

describe("what a trace does not hold", () => {
  it("leaves open what reads it, and says so", async () => {
    const { changed, decided, open } = await simulated(many(5, { model: "internal", caller: "billing" }), [EVEN]);
    expect({ changed, decided, open }).toEqual({
      changed: 0,
      decided: 0,
      open: [{ rule: "default/internal/experiments", lacking: ["headers", "path"], requests: 5 }],
    });
  });

  it("leaves nothing open where another condition settles the rule", async () => {
    // Roles and tags of a caller whom nobody knows are not known; that it is not night settles it without them.
    const lines = many(3, { caller: "stranger", tags: { tier: "bronze" } });
    expect(await simulated(lines)).toMatchObject({ decided: 3, open: [] });
    expect(await simulated(many(3, { caller: "stranger" }))).toMatchObject({
      decided: 0,
      open: [{ rule: "default/fast/gold", lacking: ["tags"] }],
    });
  });

  it("is told by the route that decided it then, also to the other policies where the conditions are the same", async () => {
    const recorded = { model: "internal", caller: "billing", route: "default/internal/experiments" };
    const moved: Edit = {
      file: "others.yaml",
      from: "name: pods, targets: [{ provider: pool-a",
      to: "name: pods, targets: [{ provider: pool-b",
    };
    const { changes, open } = await simulated(many(2, recorded), [moved]);
    expect(open).toEqual([]);
    expect(changes).toMatchObject([{ to: "default/internal/experiments → pool-b/llama", requests: 2 }]);
  });

  it("is not told to other policies whose conditions are others", async () => {
    const recorded = { model: "internal", caller: "billing", route: "default/internal/experiments" };
    const wider: Edit = { file: "others.yaml", from: 'x-team: "research-*"', to: 'x-team: "*"' };
    expect(await simulated(many(2, recorded), [wider])).toMatchObject({ decided: 0, open: [{ lacking: ["headers", "path"] }] });
  });

  it("leaves open which target a conversation belongs to", async () => {
    expect(await simulated(many(2, { model: "sticky-support" }))).toMatchObject({ open: [{ lacking: ["prefix"], requests: 2 }] });
  });
});

describe("an answer from memory", () => {
  it("stays one while the rule stores answers, and is asked for when it does not", async () => {
    const lines = many(4, { cache: "hit-exact", stream: false });
    expect((await simulated(lines)).shares).toEqual([
      { route: "default/fast/everyone", target: "answered from memory", before: 4, after: 4 },
    ]);
    const { costMicroUsd, shares } = await simulated(lines, [
      { file: "fast.yaml", from: "cache: { exact: { ttl: 10m } }", to: "priority: Batch" },
    ]);
    expect(shares.find(({ target }) => target === "answered from memory")).toMatchObject({ before: 4, after: 0 });
    expect(costMicroUsd.before.sum).toBe(0);
    expect(costMicroUsd.after.sum).toBeGreaterThan(0);
  });
});

describe("--fail-on", () => {
  it.each([
    ["target", [EVEN], /^FAILS target: \d+ of 200 requests change$/],
    ["cost:+10%", [EVEN], /^FAILS cost: it rises by more than 10%$/],
    [
      "refusals",
      [{ file: "fast.yaml", from: "- name: everyone", to: "- name: everyone\n      matches: [{ roles: [nobody] }]" }],
      /^FAILS refusals: no_matching_rule 0 → 200$/,
    ],
  ])("%s exits 1 and says why", async (failOn, edits, reason) => {
    const { code, err } = await simulate(many(200), edits, "--fail-on", failOn);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringMatching(reason)]);
  });

  it("open exits 1 where the trace does not decide", async () => {
    const { code, err } = await simulate(many(2, { model: "internal", caller: "billing" }), [], "--fail-on", "open");
    expect({ code, err }).toEqual({ code: 1, err: ["FAILS open: 2 of 2 requests are not decided by this trace"] });
  });

  it("allows what is not named", async () => {
    expect(await simulate(many(50), [EVEN], "--fail-on", "refusals,cost:+900%")).toMatchObject({ code: 0, err: [] });
  });
});

it("prints shares, refusals, cost, answer time and the changes with examples", async () => {
  const lines = [
    ...many(6, { target: "openai/gpt-4o-mini", durationMs: 800 }).map((line, index) => ({ ...line, id: `a-${index}` })),
    lineOf("b-1", { model: "careful" }),
    lineOf("c-1", { model: "internal", caller: "billing" }),
    lineOf("d-1", { caller: "search", model: "embed", operation: "embeddings" }),
  ];
  const gone: Edit = { file: "consumers.yaml", from: "models: [fast, embed]", to: "models: [fast]" };
  const { out } = await simulate(lines, [EVEN, gone]);
  await expect(`${out.join("\n")}\n`).toMatchFileSnapshot("changed.txt");
});

it("makes ten thousand lines into shares of ten thousand", async () => {
  const { decided, shares } = await simulated(many(10_000), [EVEN]);
  expect(decided).toBe(10_000);
  expect(shares.reduce((sum, { after }) => sum + after, 0)).toBe(10_000);
});

describe("a mistake", () => {
  it.each([[[]], [["--trace", "t"]], [["--against", "d"]], [["--trace", "t", "--against", "d", "--fail-on", "cost"]]])(
    "of the command line is answered with the usage: %j",
    async (args) => {
      const { err, io } = await createWorkplace();
      expect(await runSimulate(args, io)).toBe(2);
      expect(err[0]).toContain("Usage:\nfairlead simulate --trace FILE");
    },
  );

  it("in the trace is named with its line", async () => {
    const { err, io } = await createWorkplace();
    const lines = [
      JSON.stringify(lineOf("a")),
      "{",
      JSON.stringify({ ...lineOf("b"), stream: "yes" }),
      JSON.stringify({ ...lineOf("c"), tier: 1 }),
    ];
    await writeFile(join(io.cwd, "trace.jsonl"), lines.join("\n"));
    expect(await runSimulate(["--trace", "trace.jsonl", "--against", "policies"], io)).toBe(1);
    expect(err[0]?.split("\n")).toEqual([
      "trace.jsonl:2: the line must be a map of fields",
      "trace.jsonl:3: stream must be true or false",
      "trace.jsonl:4: there is no field 'tier'",
    ]);
  });

  it("is a trace of nothing, and policies that do not compile", async () => {
    const { err, io, write } = await createWorkplace();
    await write("trace.jsonl", "\n");
    expect(await runSimulate(["--trace", "trace.jsonl", "--against", "policies"], io)).toBe(1);
    await write("trace.jsonl", JSON.stringify(lineOf("a")));
    expect(await runSimulate(["--trace", "trace.jsonl", "--against", "nowhere"], io)).toBe(1);
    expect(err[0]).toBe("trace.jsonl holds no requests.");
    expect(err[1]).toContain("Cannot read nowhere");
  });
});
