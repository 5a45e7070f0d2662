import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startChaosUpstream } from "../../../test/rigs/chaos-upstream/index.ts";
import { MAIN_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { Area, ProveRow, Seen } from "../row.ts";
import type { Finished } from "../run-command.ts";
import { cloneHead, type FreshClone } from "./fresh-clone.ts";
import { countEvents, pasteCurl, readJsonAnswer } from "./printed-curl.ts";

const { checkMinutes, nodeMajor, testMinutes } = MAIN_LIMITS;
/** npm's words for install scripts that it did not run. */
const UNAPPROVED = /install scripts?\b/i;

/** Lines 1 and 2: what a newcomer and what CI meet in a clean clone, with nothing but the machine's own Node. */
export function createCloneRows(): Area {
  const made: FreshClone[] = [];
  const create = async (): Promise<FreshClone> => {
    const clone = await cloneHead();
    made.push(clone);
    return clone;
  };
  const installed = once(async () => {
    const clone = await create();
    const install = await clone.run("npm", ["install"]);
    if (install.code !== 0)
      throw new Error(`npm install ended with code ${String(install.code)}: ${install.output.trim().slice(-400)}`);
    return { clone, install };
  });
  const checked = once(async () => runCi(await create()));
  return {
    rows: [...startRows(installed), ...ciRows(checked), dryRunRow(installed), approvalRow(installed)],
    close: async () => {
      for (const clone of made) await clone.remove();
    },
  };
}

type Installed = () => Promise<{ readonly clone: FreshClone; readonly install: Finished }>;

function startRows(installed: Installed): readonly ProveRow[] {
  return [
    {
      promise: `Fresh clone: \`npm install && npm start\` answers the printed curl (JSON and \`stream: true\`) on a machine with Node ${nodeMajor} installed and nothing else`,
      run: async () => {
        const { clone, install } = await installed();
        const answers = await pasteCurl(clone);
        const { model, text } = readJsonAnswer(answers.json);
        return {
          holds: true,
          figure: `${describeNode(clone)}; installed in ${install.seconds.toFixed(0)} s; ${model} answered ${text.length} characters, and ${countEvents(answers.stream)} events as a stream`,
        };
      },
    },
    {
      promise: "With `OPENAI_BASE_URL`/`OPENAI_API_KEY` set to any OpenAI-compatible server, the same curl is answered by it",
      run: async () => askOtherServer((await installed()).clone),
    },
  ];
}

async function askOtherServer(clone: FreshClone): Promise<Seen> {
  const upstream = await startChaosUpstream();
  try {
    const key = "sk-prove-0123456789";
    const answers = await pasteCurl(clone, { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: key });
    const { model } = readJsonAnswer(answers.json);
    const target = /^x-fairlead-target: (\S+)/im.exec(answers.withHeaders)?.[1] ?? "nobody";
    const events = countEvents(answers.stream);
    const attempts = upstream.attempts().filter(({ path }) => path.endsWith("/chat/completions"));
    const isKeyed = attempts.every(({ headers }) => headers["authorization"] === `Bearer ${key}`);
    return {
      holds: target.startsWith("openai/") && attempts.length === 3 && isKeyed,
      figure: `${attempts.length} of 3 answers came from that server, as ${target} (model ${model}, ${events} events as a stream), ${isKeyed ? "with its key" : "NOT with its key"}`,
    };
  } finally {
    await upstream.close();
  }
}

interface CiRun {
  readonly clone: FreshClone;
  readonly finished: Finished;
  /** Seconds of each command of the script that was reached, in order. */
  readonly steps: ReadonlyMap<string, number>;
}

/** `bash -x` prints each command before it runs, which tells how long each took. */
async function runCi(clone: FreshClone): Promise<CiRun> {
  const begun: { readonly step: string; readonly at: number }[] = [];
  const onLine = (line: string): void => {
    if (line.startsWith("+ npm ")) begun.push({ step: line.slice("+ ".length), at: Date.now() });
  };
  const finished = await clone.run("bash", ["-x", ".ci/run"], { minutes: 40, onLine });
  const endedAt = Date.now();
  const steps = begun.map(({ at, step }, index) => [step, ((begun[index + 1]?.at ?? endedAt) - at) / 1_000] as const);
  return { clone, finished, steps: new Map(steps) };
}

function ciRows(checked: () => Promise<CiRun>): readonly ProveRow[] {
  return [
    {
      promise: "`.ci/run` passes in a clean clone",
      run: async () => {
        const { clone, finished, steps } = await checked();
        const [last = "nothing"] = [...steps.keys()].slice(-1);
        const ending = finished.code === 0 ? "passed" : `FAILED in ${last}`;
        return {
          holds: finished.code === 0 && steps.size >= 3,
          figure: `${[...steps.keys()].join(", ")}: ${ending} in ${(finished.seconds / 60).toFixed(1)} min; ${describeNode(clone)}`,
          details: finished.code === 0 ? [] : finished.output.trim().split("\n").slice(-30),
        };
      },
    },
    minutesRow(checked, {
      step: "npm test",
      atMost: testMinutes,
      promise: `\`npm install && npm test\` is green, \`npm test\` under ${testMinutes} minutes`,
    }),
    minutesRow(checked, {
      step: "npm run check",
      atMost: checkMinutes,
      promise: `\`npm run check\` is one command and under ${checkMinutes} minutes`,
    }),
  ];
}

function minutesRow(
  checked: () => Promise<CiRun>,
  limit: { readonly step: string; readonly atMost: number; readonly promise: string },
): ProveRow {
  return {
    promise: limit.promise,
    run: async () => {
      const { finished, steps } = await checked();
      const seconds = steps.get(limit.step);
      if (seconds === undefined) return { holds: false, figure: `${limit.step} was never reached` };
      const isLast = [...steps.keys()].at(-1) === limit.step;
      const isGreen = finished.code === 0 || !isLast;
      return {
        holds: isGreen && seconds < limit.atMost * 60,
        figure: `${isGreen ? "green" : "FAILED"} after ${(seconds / 60).toFixed(1)} min`,
      };
    },
  };
}

function dryRunRow(installed: Installed): ProveRow {
  return {
    promise: "`wrangler deploy --dry-run` passes",
    run: async () => {
      const { clone } = await installed();
      const { code, output } = await clone.run("npx", ["wrangler", "deploy", "--dry-run"]);
      const upload = /Total Upload: [^\n]*/.exec(output)?.[0] ?? `no upload was described: ${output.trim().slice(-300)}`;
      return { holds: code === 0, figure: `code ${String(code)}, ${upload}` };
    },
  };
}

function approvalRow(installed: Installed): ProveRow {
  return {
    promise: "`npm install` leaves nothing unapproved (`allowScripts` names the packages whose install scripts are needed)",
    run: async () => {
      const { clone, install } = await installed();
      const complaint = install.output.split("\n").filter((line) => UNAPPROVED.test(line));
      const { named, needed } = await readApprovals(clone.directory);
      const missing = needed.filter((name) => !named.includes(name));
      return {
        holds: complaint.length === 0 && missing.length === 0 && needed.length > 0,
        figure: `${needed.length} packages with install scripts (${needed.join(", ")}), ${missing.length} not named; npm complained of ${complaint.length}`,
        details: complaint,
      };
    },
  };
}

async function readApprovals(
  directory: string,
): Promise<{ readonly named: readonly string[]; readonly needed: readonly string[] }> {
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(directory, file), "utf8"));
  const { allowScripts = {} } = (await read("package.json")) as { readonly allowScripts?: Readonly<Record<string, boolean>> }; // our own file
  const { packages } = (await read("package-lock.json")) as {
    readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
  }; // npm's own format
  const needed = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript === true ? [path.replace(/^.*node_modules\//, "")] : [],
  );
  return { named: Object.keys(allowScripts).filter((name) => allowScripts[name]), needed };
}

function describeNode({ commit, nodeVersion }: FreshClone): string {
  const isOther = !nodeVersion.startsWith(`v${nodeMajor}.`);
  return `commit ${commit} on Node ${nodeVersion}${isOther ? ` (this machine has no Node ${nodeMajor})` : ""}`;
}
