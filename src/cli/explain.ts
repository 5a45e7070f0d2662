import { parseArgs } from "node:util";
import { FairleadError } from "../core/errors.ts";
import type { CompiledPolicy } from "../core/policy/compiled.ts";
import type { LinkedPolicy } from "../core/policy/linked.ts";
import type { AskedRequest } from "./decision/asked-request.ts";
import { refusalOfKey } from "./decision/caller-of.ts";
import { endingOf } from "./decision/ending.ts";
import { type Situation, situationSchema } from "./decision/situation-file.ts";
import { decide } from "./explain/decide.ts";
import type { Explanation } from "./explain/explanation.ts";
import { collectNotes } from "./explain/notes.ts";
import { type Described, describeAround, momentOf, readAsked } from "./explain/read-request.ts";
import { renderExplanation } from "./explain/render-explanation.ts";
import { type RequestDescription, requestSchema } from "./explain/request-file.ts";
import { summariseRequest } from "./explain/summarise-request.ts";
import { orRefuse } from "./input-refused.ts";
import { type CliIo, EXIT } from "./io.ts";
import { readDescribed } from "./read-described.ts";
import { linkOffline, readPolicy } from "./read-policy.ts";
import { tryParse } from "./try-parse.ts";

export const EXPLAIN_USAGE = `fairlead explain --request FILE [--policies DIR]   how a request is decided and what follows each failure, offline
  --state FILE        what was known of targets then: the answer of GET /admin/api/health, or as much of it as you write
  --at TIME           the moment, RFC 3339; default: what the state or the request says, else now
  --seed TEXT         draws from this seed; default: every draw is 0.5
  --only-configured   only credentials that the environment or .dev.vars hold; default: all count as set
  --json              the same as data`;

const OPTIONS = {
  request: { type: "string" },
  policies: { type: "string", default: "policies" },
  state: { type: "string" },
  at: { type: "string" },
  seed: { type: "string" },
  "only-configured": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

interface ExplainArguments {
  readonly request: string;
  readonly policies: string;
  readonly state: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number | null;
  readonly seed: string | null;
  readonly onlyConfigured: boolean;
  readonly json: boolean;
}

/** Prints how one described request is decided: the rule, the targets, the attempts, the end. Asks nobody. */
export async function runExplain(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${EXPLAIN_USAGE}`);
    return EXIT.usage;
  }
  const { json } = parsed.value;
  return orRefuse(async () => {
    const explanation = await explain(parsed.value, io);
    io.out(json ? JSON.stringify(explanation, null, 2) : renderExplanation(explanation));
    return EXIT.done;
  }, io.err);
}

function readArguments(args: readonly string[]): ExplainArguments {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { at: time, json, "only-configured": onlyConfigured, policies, request, seed = null, state } = values;
  if (request === undefined) throw new Error("--request FILE is required.");
  const at = momentOf(time);
  if (time !== undefined && at === null) throw new Error(`--at must be a time such as 2027-01-01T03:00:00Z, not '${time}'.`);
  return { request, policies, state, at, seed, onlyConfigured, json };
}

/** @throws InputRefused */
async function explain(given: ExplainArguments, io: CliIo): Promise<Explanation> {
  const request = await readDescribed(given.request, requestSchema, io.cwd);
  const situation = given.state === undefined ? {} : await readDescribed(given.state, situationSchema, io.cwd);
  const compiled = await readPolicy(given.policies, io);
  const policy = await linkOffline(compiled, given, io);
  const now = given.at ?? momentOf(situation.at) ?? momentOf(request.at) ?? Date.now();
  const described = describeAround(request, policy, now);
  const notes = collectNotes({ ...described, request, policy, compiled, situation, given });
  return { notes, ...decideDescribed({ request, situation, policy, compiled, described }, given.seed) };
}

interface Question {
  readonly request: RequestDescription;
  readonly situation: Situation;
  readonly policy: LinkedPolicy;
  readonly compiled: CompiledPolicy;
  readonly described: Described;
}

function decideDescribed(
  { compiled, described, policy, request, situation }: Question,
  seed: string | null,
): Omit<Explanation, "notes"> {
  const { around } = described;
  const asked = tryAsk(request, policy, described);
  const summary = summariseRequest(asked instanceof FairleadError ? null : asked, around);
  if (asked instanceof FairleadError) return { request: summary, rules: [], plan: null, ending: endingOf(asked) };
  return { request: summary, ...decide(asked, { policy, compiled, situation, seed }) };
}

/** The request, or the error that a caller gets for its key or its body. */
function tryAsk(request: RequestDescription, policy: LinkedPolicy, { around, found }: Described): AskedRequest | FairleadError {
  try {
    const refused = found.key === null ? null : refusalOfKey(found.key, around.now);
    return refused ?? readAsked(request, policy, around);
  } catch (error) {
    if (error instanceof FairleadError) return error;
    throw error;
  }
}
