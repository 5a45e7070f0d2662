import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { KILL_USAGE, runKill } from "../../src/cli/kill.ts";
import { createWorkplace, type Workplace } from "./temporary-policies.ts";

interface Rig extends Workplace {
  /** What the admin API was asked, each as `METHOD path` and the body as JSON. */
  readonly asked: readonly { readonly line: string; readonly authorization: string; readonly body: unknown }[];
  run(...args: readonly string[]): Promise<number>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The command against a stand-in for the admin API that gives the same answer every time. */
async function startRig({ body, status }: Answer = { status: 200, body: { kills: [] } }): Promise<Rig> {
  const asked: { line: string; authorization: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { headers, method = "", url = "" } = request;
      const sent: unknown = text === "" ? null : JSON.parse(text);
      asked.push({ line: `${method} ${url}`, authorization: headers.authorization ?? "", body: sent });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const workplace = await createWorkplace();
  const admin = ["--url", `http://127.0.0.1:${port}`, "--admin-key", "fla_test_x"];
  return { ...workplace, asked, run: (...args) => runKill([...args, ...admin], workplace.io) };
}

describe("fairlead kill", () => {
  it.each([
    { args: ["target", "openai/gpt-4o"], kind: "target", id: "default/openai/gpt-4o" },
    { args: ["model", "chat"], kind: "model", id: "default/chat" },
    { args: ["credential", "openai#primary"], kind: "credential", id: "default/openai#primary" },
    { args: ["caller", "billing"], kind: "caller", id: "default/billing" },
    { args: ["caller", "datapipeline"], kind: "caller", id: "default/datapipeline" },
    { args: ["caller", "datapipeline", "--tenant", "team-a"], kind: "caller", id: "team-a/datapipeline" },
    { args: ["key", "4mqTSzGamNt3"], kind: "caller", id: "4mqTSzGamNt3" },
    { args: ["key", "4mqTSzGamNt3", "--tenant", "team-a"], kind: "caller", id: "4mqTSzGamNt3" },
  ])("switches off what $args names", async ({ args, id, kind }) => {
    const { asked, run } = await startRig();
    expect(await run(...args, "--reason", "leaked")).toBe(0);
    expect(await run(...args, "--lift")).toBe(0);
    expect(asked.map(({ body, line }) => ({ line, body }))).toEqual([
      { line: "POST /admin/api/kills", body: { kind, id, reason: "leaked" } },
      { line: "POST /admin/api/kills", body: { kind, id, lift: true } },
    ]);
    expect(asked[0]?.authorization).toBe("Bearer fla_test_x");
  });

  it("lists what is switched off in the words that switch it on again", async () => {
    const at = Date.UTC(2026, 10, 21);
    const kills = [
      { kind: "caller", id: "default/datapipeline", reason: "", at },
      { kind: "caller", id: "4mqTSzGamNt3", reason: "leaked", at },
      { kind: "model", id: "default/chat", reason: "", at },
    ];
    const { asked, out, run } = await startRig({ status: 200, body: { kills } });
    expect(await run("list")).toBe(0);
    expect(asked.map(({ line }) => line)).toEqual(["GET /admin/api/kills"]);
    expect(out).toEqual([
      "caller     default/datapipeline  since 2026-11-21T00:00:00.000Z",
      "key        4mqTSzGamNt3  since 2026-11-21T00:00:00.000Z: leaked",
      "model      default/chat  since 2026-11-21T00:00:00.000Z",
      "Every isolate follows within 10 s.",
    ]);
  });

  it("warns of a name that no live policy has, and keeps it", async () => {
    const kill = { kind: "target", id: "default/default/openai/gpt-4o", reason: "", at: 0 };
    const { err, run } = await startRig({ status: 200, body: { kills: [kill], isKnown: false } });
    expect(await run("target", "default/openai/gpt-4o")).toBe(0);
    expect(err.join("\n")).toContain("no live policy has the target default/default/openai/gpt-4o");
    const known = await startRig({ status: 200, body: { kills: [], isKnown: true } });
    await known.run("target", "openai/gpt-4o");
    expect(known.err).toEqual([]);
  });

  it("says that nothing is switched off", async () => {
    const { out, run } = await startRig();
    expect(await run("list")).toBe(0);
    expect(out[0]).toBe("Nothing is switched off.");
  });

  it("asks nobody when it does not understand what is meant", async () => {
    const { asked, err, run } = await startRig();
    const wrong = [
      [],
      ["planet", "x"],
      ["caller"],
      ["caller", "a", "b"],
      ["list", "x"],
      ["key", "datapipeline-2"],
      ["model", "--off"],
    ];
    for (const args of wrong) expect(await run(...args), args.join(" ")).toBe(2);
    expect(await run("caller", "4mqTSzGamNt3")).toBe(2);
    expect(err.at(-1)).toContain("a key is refused by: fairlead kill key KEY-ID.");
    expect(err.every((text) => text.endsWith(KILL_USAGE))).toBe(true);
    expect(asked).toEqual([]);
  });

  it("refuses a prefix, which would match nothing, and still lifts one", async () => {
    const { asked, err, run } = await startRig();
    expect(await run("model", "support-*")).toBe(2);
    expect(err[0]).toContain("'default/support-*' would match nothing");
    expect(asked).toEqual([]);
    expect(await run("model", "support-*", "--lift")).toBe(0);
  });

  it("passes on why the router refuses", async () => {
    const message = "The caller 'default/billing' is not switched off.";
    const { err, out, run } = await startRig({ status: 409, body: { error: { code: "conflict", message } } });
    expect(await run("caller", "billing", "--lift")).toBe(1);
    expect(err).toEqual([expect.stringContaining(`answered 409: ${message}`)]);
    expect(out).toEqual([]);
  });
});
