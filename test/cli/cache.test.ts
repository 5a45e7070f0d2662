import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { runCache } from "../../src/cli/cache.ts";
import { CACHE_ROUTER_USAGE } from "../../src/cli/cache/on-router.ts";
import { createWorkplace } from "./temporary-policies.ts";

const CLASS = {
  region: "EU",
  shard: "0",
  scopeClass: "00c1",
  embedder: '["hash",2]',
  entries: 7,
  exact: 3,
  canonical: 2,
  semantic: 1,
  misses: 4,
  savedTokens: 90,
  savedMicroUsd: 1_500,
  savedMs: 2_500,
  labels: 260,
  certificate: { checked: 201, wrong: 1, upperBound: 0.0151, isEarned: true, breaker: "closed" },
  curve: [{ maxFalseHitRate: 0.02, hitRate: 0.25, hits: 5, falseHitRate: null }],
};

/** The command against a stand-in for the admin API that gives the same answer every time. */
async function startRig(answer: unknown, status = 200) {
  const asked: { line: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const sent: unknown = text === "" ? null : JSON.parse(text);
      asked.push({ line: `${request.method ?? ""} ${request.url ?? ""}`, body: sent });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const workplace = await createWorkplace();
  const admin = ["--url", `http://127.0.0.1:${port}`, "--admin-key", "fla_test_x"];
  return { ...workplace, asked, run: (...args: readonly string[]) => runCache([...args, ...admin], workplace.io) };
}

describe("fairlead cache", () => {
  it("shows what is kept, found, saved and proved", async () => {
    const { asked, out, run } = await startRig({ classes: [CLASS] });
    expect(await run("stats", "--tenant", "team-a")).toBe(0);
    expect(asked).toEqual([{ line: "GET /admin/api/cache?tenant=team-a", body: null }]);
    expect(out.join("\n")).toBe(`00c1  EU0  7 answers, embedder ["hash",2]
  found   3 exact, 2 canonical, 1 semantic of 10
  saved   0.0015 USD, 90 tokens, 2.5 s
  proved  certified: 1 wrong of 201 checked, at most 1.5 %; 260 labels
  at  2.0 %  5 hits (25.0 %), wrong: unknown`);
  });

  it.each([
    { args: ["purge", "all"], path: "purge", body: { what: "all" } },
    { args: ["purge", "tag", "target:openai/gpt-4o"], path: "purge", body: { what: "tag", name: "target:openai/gpt-4o" } },
    { args: ["purge", "class", "00c1"], path: "purge", body: { what: "class", name: "00c1" } },
    { args: ["erase", "app", "4mqTSzGamNt3"], path: "erase", body: { consumer: "app", credential: "4mqTSzGamNt3" } },
  ])("does $args only when it is told to", async ({ args, body, path }) => {
    const { asked, out, run } = await startRig({ isDryRun: true, answers: 12 });
    expect(await run(...args)).toBe(0);
    expect(await run(...args, "--yes")).toBe(0);
    expect(asked).toEqual([
      { line: `POST /admin/api/cache/${path}?tenant=default`, body: { ...body, dryRun: true } },
      { line: `POST /admin/api/cache/${path}?tenant=default`, body: { ...body, dryRun: false } },
    ]);
    expect(out[0]).toContain("12 answers. Nothing was done");
  });

  it("explains a look-up", async () => {
    const why = { tier: null, veto: "numbers", similarity: 0.93, probability: null, note: "Other numbers." };
    const near = [{ similarity: 0.93, veto: "numbers", state: "verified", isForAsker: false }];
    const { asked, out, run, write } = await startRig({ route: "default/chat/all", scopeClass: "00c1", tier: null, why, near });
    await write("request.json", '{"model":"chat"}');
    expect(await run("explain", "request.json", "app", "4mqTSzGamNt3", "--region", "EU")).toBe(0);
    const body = {
      consumer: "app",
      credential: "4mqTSzGamNt3",
      dialect: "openai-chat",
      region: "EU",
      request: '{"model":"chat"}',
    };
    expect(asked).toEqual([{ line: "POST /admin/api/cache/explain?tenant=default", body }]);
    expect(out.join("\n")).toBe(`route default/chat/all, scope class 00c1
nothing is given: Other numbers.
  0.930  verified, another's, veto: numbers`);
  });

  it.each(["", "stats all", "purge", "purge everything", "erase app", "explain f", "evict all"])(
    "asks for what it needs, given '%s'",
    async (line) => {
      const { asked, err, run } = await startRig({});
      expect(await run(...line.split(" ").filter((word) => word !== ""))).toBe(2);
      expect(err.join("\n")).toContain(CACHE_ROUTER_USAGE);
      expect(asked).toEqual([]);
    },
  );

  it("says what the router refuses", async () => {
    const { err, run } = await startRig({ error: { message: "Answers are kept in isolates alone here." } }, 409);
    expect(await run("stats")).toBe(1);
    expect(err.join("\n")).toContain("Answers are kept in isolates alone here.");
  });
});
