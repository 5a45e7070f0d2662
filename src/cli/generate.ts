import { mkdir, readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isPolicyKind, POLICY_KINDS } from "../core/policy/schema/kinds.ts";
import { DIALECTS } from "../dialects/index.ts";
import { adminOpenApi } from "./admin-openapi.ts";
import { adminReference } from "./admin-reference.ts";
import { customResourceYaml } from "./custom-resource.ts";
import { kindSchemaJson, policySchemaJson } from "./editor-schema.ts";
import { fieldReference } from "./field-reference.ts";
import { type CliIo, EXIT } from "./io.ts";
import { replaceFile } from "./replace-file.ts";
import { tryParse } from "./try-parse.ts";

export const GENERATE_USAGE = "fairlead generate [--check]        --check: write nothing, exit 1 when a file is stale";

const GENERATED_NOTICE = "# Written by `npx fairlead generate` from src/core/policy/schema/. Do not edit.\n";

const DIALECT_NAMES_FILE = "src/core/policy/dialect-names.ts";

/** The schemas need the names of the registered wire formats, and their layer may not import the registry. */
function dialectNamesModule(): string {
  const names = Object.keys(DIALECTS).map((name) => `  ${JSON.stringify(name)},\n`);
  return `// Written by \`npx fairlead generate\` from src/dialects/index.ts. Do not edit.

/** The wire formats that are registered. */
export const DIALECT_NAMES = [
${names.join("")}] as const;
`;
}

/** Everything that follows from the schemas, the admin routes and the registry of wire formats: path from the repository's root → text. */
export function generateFiles(): ReadonlyMap<string, string> {
  const kinds = Object.keys(POLICY_KINDS).filter(isPolicyKind);
  return new Map([
    ...kinds.map((kind) => [`policies/schema/${POLICY_KINDS[kind].file}.schema.json`, kindSchemaJson(kind)] as const),
    ["policies/schema/policy.schema.json", policySchemaJson()],
    ...kinds.map((kind) => [`deploy/crds/${POLICY_KINDS[kind].file}.yaml`, GENERATED_NOTICE + customResourceYaml(kind)] as const),
    ["docs/policies.md", fieldReference()],
    ["docs/admin-rbac.md", adminReference()],
    ["docs/admin-api.json", adminOpenApi()],
    [DIALECT_NAMES_FILE, dialectNamesModule()],
  ]);
}

/** Generated files below `root` that are missing or differ from a fresh generation. */
export async function staleFiles(root: string): Promise<readonly string[]> {
  const checks = [...generateFiles()].map(async ([path, text]) => {
    const committed = await readFile(resolve(root, path), "utf8").catch(() => null);
    return committed === text ? [] : [path];
  });
  return (await Promise.all(checks)).flat();
}

/** Writes schemas, CRDs and the field reference, or says which are stale. */
export async function runGenerate(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => parseArgs({ args: [...args], options: { check: { type: "boolean", default: false } } }));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage: ${GENERATE_USAGE}`);
    return EXIT.usage;
  }
  const stale = await staleFiles(io.cwd);
  if (parsed.value.values.check) {
    for (const path of stale) io.err(`${path} is stale: run npx fairlead generate.`);
    return stale.length === 0 ? EXIT.done : EXIT.refused;
  }
  const files = generateFiles();
  for (const path of stale) {
    await mkdir(dirname(resolve(io.cwd, path)), { recursive: true });
    await replaceFile(resolve(io.cwd, path), files.get(path) ?? "");
    io.out(`${path} written.`);
  }
  if (stale.includes(DIALECT_NAMES_FILE))
    io.out("The wire formats changed: run it once more, for what is generated from their names.");
  io.out(`${files.size} generated files, ${stale.length} changed.`);
  return EXIT.done;
}
