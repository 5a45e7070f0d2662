import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Kibibytes, gzip. What the main job may weigh; the whole product may weigh 200. */
const BUDGET_KIB = 120;
/** Packages that may be in the Worker. */
const ALLOWED_PACKAGES: ReadonlySet<string> = new Set(["hono"]);
/** Folders whose code must never be: they are Node's, or tests. */
const FORBIDDEN_INPUT = /^(?:\.\.\/)*(?:src\/(?:cli|operator)|test|bench|tools)\//;
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));

/** The Worker as it would be deployed. */
interface BuiltWorker {
  readonly code: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Every module in it, by path. */
  readonly inputs: readonly string[];
}

/** Builds the Worker as `wrangler deploy` would and names what does not belong in it; nothing when all is well. */
export function checkBundle(): string {
  const built = buildWorker();
  if (typeof built === "string") return built;
  const { bytes, code, gzipBytes, inputs } = built;
  const kibibytes = gzipBytes / 1024;
  console.log(`       Worker: ${(bytes / 1024).toFixed(1)} KiB, ${kibibytes.toFixed(1)} KiB gzip of ${BUDGET_KIB}`);
  const wrong = findStrangers(inputs);
  if (/(?:from|import|require)\s*\(?\s*["']node:/.test(code)) wrong.push("The bundle imports a Node module.");
  if (kibibytes > BUDGET_KIB) wrong.push(`The bundle has ${kibibytes.toFixed(1)} KiB gzip; ${BUDGET_KIB} are allowed.`);
  return wrong.join("\n");
}

/** Sizes of the Worker as it would be deployed. @throws Error when it cannot be built */
export function measureWorker(): Pick<BuiltWorker, "bytes" | "gzipBytes"> {
  const built = buildWorker();
  if (typeof built === "string") throw new Error(built);
  return built;
}

/** The Worker, or why it cannot be built. */
function buildWorker(): BuiltWorker | string {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-bundle-"));
  const wrangler = join(REPOSITORY, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--metafile", "--outdir", directory];
  try {
    const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: "utf8" });
    if (status !== 0) return `wrangler deploy --dry-run fails:\n${stdout}${stderr}`;
    const code = readFileSync(join(directory, "index.js"));
    const inputs = readInputs(join(directory, "bundle-meta.json"));
    return { code: code.toString(), bytes: code.byteLength, gzipBytes: gzipSync(code).byteLength, inputs };
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
