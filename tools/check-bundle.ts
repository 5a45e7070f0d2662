import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Kilobytes, gzip. What the router with every wire format and conditions on rules may weigh. */
const BUDGET_KB = 300;
/** Packages that may be in the Worker. */
const ALLOWED_PACKAGES: ReadonlySet<string> = new Set(["hono", "aws4fetch", "@marcbachmann/cel-js", "jose"]);
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
  /** Minified bytes of each module. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** A part of the Worker and its minified bytes. */
interface WorkerPart {
  readonly name: string;
  readonly bytes: number;
}

/** Builds the Worker as `wrangler deploy` would and names what does not belong in it; nothing when all is well. */
export function checkBundle(): string {
  const built = buildWorker();
  if (typeof built === "string") return built;
  const { bytes, code, gzipBytes, inputs } = built;
  const kilobytes = gzipBytes / 1_000;
  console.log(`       Worker: ${(bytes / 1_000).toFixed(1)} KB, ${kilobytes.toFixed(1)} KB gzip of ${BUDGET_KB}`);
  const wrong = findStrangers(inputs);
  if (/(?:from|import|require)\s*\(?\s*["']node:/.test(code)) wrong.push("The bundle imports a Node module.");
  if (kilobytes > BUDGET_KB) wrong.push(`The bundle has ${kilobytes.toFixed(1)} KB gzip; ${BUDGET_KB} are allowed.`);
  return wrong.join("\n");
}

/** What is in the Worker, largest first. @throws Error when it cannot be built */
export function describeWorker(): Pick<BuiltWorker, "bytes" | "gzipBytes"> & { readonly parts: readonly WorkerPart[] } {
  const built = buildWorker();
  if (typeof built === "string") throw new Error(built);
  const parts = new Map<string, number>();
  for (const [path, bytes] of built.sizes) parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + bytes);
  const sorted = [...parts].map(([name, bytes]) => ({ name, bytes })).toSorted((one, other) => other.bytes - one.bytes);
  return { bytes: built.bytes, gzipBytes: built.gzipBytes, parts: sorted };
}

/** A package, a dialect, a layer: what a reader would ask about. */
function partOf(path: string): string {
  const name = PACKAGE.exec(path)?.[1];
  if (name !== undefined) return `package ${name}`;
  const [, layer = path, folder] = /src\/([^/]+)(?:\/([^/]+)\/)?/.exec(path) ?? [];
  return folder === undefined ? layer : `${layer}/${folder}`;
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
    const wasm = readdirSync(directory).filter((name) => name.endsWith(".wasm"));
    const files = [code, ...wasm.map((name) => readFileSync(join(directory, name)))];
    const weigh = (sizeOf: (file: Buffer) => number): number => files.reduce((sum, file) => sum + sizeOf(file), 0);
    const sizes = readSizes(join(directory, "bundle-meta.json"));
    const inputs = [...sizes.keys()];
    const [bytes, gzipBytes] = [weigh(({ byteLength }) => byteLength), weigh((file) => gzipSync(file).byteLength)];
    return { code: code.toString(), bytes, gzipBytes, inputs, sizes };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readSizes(path: string): ReadonlyMap<string, number> {
  const meta = JSON.parse(readFileSync(path, "utf8")) as Metafile; // esbuild's own format
  const written = Object.values(meta.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return new Map(written.map(([input, { bytesInOutput }]) => [input, bytesInOutput]));
}

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>;
}

function findStrangers(inputs: readonly string[]): string[] {
  if (inputs.length < 20) return [`Only ${inputs.length} modules were found in the bundle's metafile: the check reads nothing.`];
  const wrong = inputs.filter((input) => FORBIDDEN_INPUT.test(input)).map((input) => `${input} is in the Worker bundle.`);
  const packages = new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[1] ?? []));
  for (const name of packages) if (!ALLOWED_PACKAGES.has(name)) wrong.push(`The package ${name} is in the Worker bundle.`);
  return wrong;
}
