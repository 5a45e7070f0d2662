import { parseArgs } from "node:util";
import { createCacheArea } from "./cache-area/cache-area.ts";
import { createIdentityArea } from "./identity-area/identity-area.ts";
import { createMainArea } from "./main-area/main-area.ts";
import { createProtocolsArea } from "./protocols-area/protocols-area.ts";
import { createRoutingArea } from "./routing-area/routing-area.ts";
import type { Area } from "./row.ts";
import { showRows } from "./show-rows.ts";

const USAGE = `npm run prove [-- AREA…] [--only TEXT] [--list]
  AREA         main, protocols, routing, identity, cache (default: every area)
  --only TEXT  the rows whose promise contains the text
  --list       print the promises and run nothing`;

/** Each is proved when asked for by its name, and all of them, one after the other, when none is named. */
const AREAS: ReadonlyMap<string, () => Area> = new Map([
  ["main", createMainArea],
  ["protocols", createProtocolsArea],
  ["routing", createRoutingArea],
  ["identity", createIdentityArea],
  ["cache", createCacheArea],
]);

process.exitCode = await main();

/** 0 when every row holds, 1 when one falls short, 2 when the command line is wrong. */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: "string", default: "" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const unknown = positionals.find((name) => !AREAS.has(name));
  if (unknown !== undefined) {
    console.error(`There is no area '${unknown}'. There are: ${[...AREAS.keys()].join(", ")}.`);
    return 2;
  }
  const tallies = [];
  for (const [name, create] of AREAS) {
    if (positionals.length === 0 || positionals.includes(name)) tallies.push(await proveArea(create(), values));
  }
  if (values.list) return 0;
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function proveArea(
  area: Area,
  { list, only }: { readonly list: boolean; readonly only: string },
): Promise<{ readonly passed: number; readonly failed: number }> {
  const rows = area.rows.filter(({ promise }) => promise.toLowerCase().includes(only.toLowerCase()));
  try {
    if (!list) return await showRows(rows, (line) => console.log(line));
    for (const { promise } of rows) console.log(promise);
    return { passed: 0, failed: 0 };
  } finally {
    await area.close();
  }
}
