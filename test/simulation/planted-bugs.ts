import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runShare } from "./many-seeds.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PATCHES = fileURLToPath(new URL("planted/", import.meta.url));
const SECONDS = 300;

export interface PlantedBug {
  /** Of its patch in `planted/`, without the ending. */
  readonly name: string;
  /** The first seed that shows it; null when none does. */
  readonly foundAtSeed: number | null;
  /** By which invariant, and what was seen. */
  readonly seen: string | null;
}

/** Names of the bugs that can be planted, in order. */
export function plantedBugs(): readonly string[] {
  return readdirSync(PATCHES)
    .filter((name) => name.endsWith(".patch"))
    .map((name) => name.slice(0, -".patch".length))
    .toSorted();
}

/**
 * Plants each bug in a copy of the source and runs seeds from 1 on until one shows it. Two at a time.
 * @throws Error when a patch no longer applies
 */
export async function findPlantedBugs(search: {
  readonly mostSeeds: number;
  readonly names?: readonly string[];
}): Promise<readonly PlantedBug[]> {
  const { mostSeeds, names = plantedBugs() } = search;
  const left = [...names];
  const found: PlantedBug[] = [];
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) found.push(await findBug(name, mostSeeds));
  };
  await Promise.all([work(), work()]);
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

async function findBug(name: string, mostSeeds: number): Promise<PlantedBug> {
  const copy = plant(name);
  try {
    const base = pathToFileURL(join(copy, "test/simulation/")).href;
    const share = { from: 1, to: mostSeeds + 1, step: 1, seconds: SECONDS, stopsAtFirst: true };
    const [first] = (await runShare(base, share)).violations;
    return { name, foundAtSeed: first?.seed ?? null, seen: first === undefined ? null : `${first.invariant}: ${first.what}` };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A copy of what the simulation runs, with the bug in it. Returns its folder. */
function plant(name: string): string {
  const copy = mkdtempSync(join(tmpdir(), "planted-"));
  for (const folder of ["src", "test/core/routing", "test/simulation"])
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(copy, "package.json"));
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const input = readFileSync(join(PATCHES, `${name}.patch`));
  const { status, stderr, stdout } = spawnSync("git", ["apply", "-"], {
    cwd: copy,
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name}.patch does not apply: ${stdout}${stderr}`);
  return copy;
}
