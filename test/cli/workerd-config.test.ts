import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { WORKER } from "../../src/adapters/bindings.ts";
import { renderWorkerdConfig } from "../../src/cli/workerd-config.ts";

/** The path of workerd's binary: a CommonJS module whose `default` vitest and Node read differently. */
const workerd: { readonly default: string } = createRequire(import.meta.url)("workerd");

describe("wrangler.toml", () => {
  const config = unstable_readConfig({ config: "wrangler.toml" }, { hideWarnings: true });

  it("binds what the table binds", () => {
    const bindings = config.durable_objects.bindings.map(({ name, class_name }: { name: string; class_name: string }) => ({
      name,
      class_name,
    }));
    expect(bindings).toEqual(WORKER.objects.map(({ binding, className }) => ({ name: binding, class_name: className })));
  });

  it("has the table's name, date and flags", () => {
    expect([config.name, config.compatibility_date, config.compatibility_flags]).toEqual([
      WORKER.name,
      WORKER.compatibilityDate,
      WORKER.compatibilityFlags,
    ]);
  });

  it("has the table's migrations, which create each class once, and nothing beside", () => {
    expect(config.migrations).toEqual(
      WORKER.migrations.map(({ tag, newSqliteClasses }) => ({ tag, new_sqlite_classes: newSqliteClasses })),
    );
    const created = WORKER.migrations.flatMap(({ newSqliteClasses }) => newSqliteClasses);
    expect(created.toSorted()).toEqual(WORKER.objects.map(({ className }) => className).toSorted());
  });

  it("keeps the migrations that were deployed: this list only grows", () => {
    expect(WORKER.migrations.slice(0, 2)).toEqual([
      { tag: "v1", newSqliteClasses: ["UsageLog"] },
      { tag: "v2", newSqliteClasses: ["HealthHub"] },
    ]);
    const keys = WORKER.objects.map(({ className, uniqueKey }) => [className, uniqueKey]);
    expect(keys).toEqual(
      expect.arrayContaining([
        ["UsageLog", "fairlead-UsageLog"],
        ["HealthHub", "fairlead-HealthHub"],
      ]),
    );
  });

  it("names no account", () => {
    expect(readFileSync("wrangler.toml", "utf8")).not.toMatch(/account_id|zone_id|[0-9a-f]{32}/);
  });
});

/** Answers with its variables, after counting the request in an object. */
const SOURCE = `
export class UsageLog {
  constructor(state) { this.sql = state.storage.sql; this.sql.exec("CREATE TABLE IF NOT EXISTS hits (id INTEGER PRIMARY KEY)"); }
  async fetch() {
    this.sql.exec("INSERT INTO hits DEFAULT VALUES");
    return new Response(this.sql.exec("SELECT COUNT(*) AS hits FROM hits").one().hits);
  }
}
export default {
  async fetch(request, env) {
    const hits = Number(await (await env.USAGE_LOG.getByName("a").fetch(request)).text());
    return Response.json({ hits, text: env.TEXT, secret: env.SECRET, unset: env.UNSET ?? null });
  },
};`;

describe("workerd configuration", () => {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-workerd-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  it("runs in workerd, reads secrets from the environment and keeps objects on disk", async () => {
    const text = 'quote " backslash \\ newline \n tab \t naïve 🙂';
    writeFileSync(join(directory, "worker.js"), SOURCE);
    const config = renderWorkerdConfig({
      modules: [{ name: "worker.js", path: "worker.js" }],
      port: 0,
      variables: { TEXT: text },
      environment: ["SECRET", "UNSET"],
      doDirectory: ".",
    });
    writeFileSync(join(directory, "config.capnp"), config);
    expect(config).not.toContain("s3cret");
    expect(await askOnce(directory)).toEqual({ hits: 1, text, secret: "s3cret", unset: null });
    expect(await askOnce(directory)).toMatchObject({ hits: 2 });
  });

  it("has no objects of its own beside an object host", () => {
    const shared = renderWorkerdConfig({ modules: [], port: 0, doDirectory: null, objectHost: "127.0.0.1:8788" });
    expect(shared).toContain('(name = "OBJECTS", service = "object-host")');
    expect(shared).toContain('external = (address = "127.0.0.1:8788", http = ())');
    for (const { binding, className } of WORKER.objects) expect(shared).not.toMatch(new RegExp(`${binding}|${className}`));
    expect(renderWorkerdConfig({ modules: [], port: 0, doDirectory: null })).not.toMatch(/OBJECTS|object-host|external/);
  });

  it("listens on this machine alone unless told", () => {
    const options = { modules: [], port: 8787, doDirectory: null };
    expect(renderWorkerdConfig(options)).toContain('address = "127.0.0.1:8787"');
    expect(renderWorkerdConfig({ ...options, host: "0.0.0.0" })).toContain('address = "0.0.0.0:8787"');
  });
});

/** Starts workerd, asks it once and stops it. */
async function askOnce(directory: string): Promise<unknown> {
  const child = spawn(workerd.default, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: directory,
    env: { SECRET: "s3cret" },
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.stdio[3]?.once("data", (message) => resolve(JSON.parse(String(message)).port));
      child.once("exit", () => reject(new Error("workerd did not start")));
    });
    return await (await fetch(`http://127.0.0.1:${port}/`)).json();
  } finally {
    child.kill();
    await exited;
  }
}
