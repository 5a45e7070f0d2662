import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Kibibytes, gzip. What the main job may weigh; the whole product may weigh 200. */
const BUDGET_KIB = 120;
/** Packages that may be in the Worker. */
const ALLOWED_PACKAGES: ReadonlySet<string> = new Set(["hono"]);
/** Folders whose code must never be: they are Node's, or tests. */
const FORBIDDEN_INPUT = /^(?:\.\.\/)*(?:src\/(?:cli|operator)|test|bench|tools)\//;
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Builds the Worker as `wrangler deploy` would and names what does not belong in it; nothing when all is well. */
export function checkBundle(): string {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-bundle-"));
  try {
    const { status, stderr, stdout } = spawnSync("wrangler", ["deploy", "--dry-run", "--metafile", "--outdir", directory], { encoding: "utf8" });
    if (status !== 0) return `wrangler deploy --dry-run fails:\n${stdout}${stderr}`;
    const code = readFileSync(join(directory, "index.js"));
    const kibibytes = gzipSync(code).byteLength / 1024;
    console.log(`       Worker: ${(code.byteLength / 1024).toFixed(1)} KiB, ${kibibytes.toFixed(1)} KiB gzip of ${BUDGET_KIB}`);
    const wrong = findStrangers(readInputs(join(directory, "bundle-meta.json")));
    if (/(?:from|import|require)\s*\(?\s*["']node:/.test(code.toString())) wrong.push("The bundle imports a Node module.");
    if (kibibytes > BUDGET_KIB) wrong.push(`The bundle has ${kibibytes.toFixed(1)} KiB gzip; ${BUDGET_KIB} are allowed.`);
    return wrong.join("\n");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readInputs(path: string): readonly string[] {
  const meta = JSON.parse(readFileSync(path, "utf8")) as { readonly inputs: Readonly<Record<string, unknown>> }; // esbuild's own format
  return Object.keys(meta.inputs);
}

function findStrangers(inputs: readonly string[]): string[] {
  if (inputs.length < 20) return [`Only ${inputs.length} modules were found in the bundle's metafile: the check reads nothing.`];
  const wrong = inputs.filter((input) => FORBIDDEN_INPUT.test(input)).map((input) => `${input} is in the Worker bundle.`);
  const packages = new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[1] ?? []));
  for (const name of packages) if (!ALLOWED_PACKAGES.has(name)) wrong.push(`The package ${name} is in the Worker bundle.`);
  return wrong;
}
