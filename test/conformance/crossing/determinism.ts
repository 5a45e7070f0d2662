import { BACKEND_NAMES, BACKENDS } from "./backends.ts";
import type { Ask, Caller, PastTurn } from "./callers/caller.ts";
import { CALLERS } from "./callers/index.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { WITH_IMAGE } from "./media-parts.ts";
import { differs, findWrong, type Finding, nameOf, type Pair, pairsOf } from "./pairs.ts";
import { ask, hear } from "./send.ts";
import { PLAIN } from "./told.ts";

/** How much is run: every request often, or twice. */
export interface DeterminismOptions {
  readonly full: boolean;
}

export interface DeterminismReport {
  readonly requests: number;
  /** Requests that were sent on in other bytes than before. */
  readonly findings: readonly Finding[];
}

/** What is asked, in turn: all that a backend may be sent in another order or under another name. */
type Kind = "plain" | "everything" | "image";
const KINDS: readonly Kind[] = ["plain", "everything", "image"];

interface Repeated {
  readonly pair: Pair;
  readonly kind: Kind;
}

/** The same request to every backend, again and again: prompt caches live on the same bytes. */
export async function runCrossingDeterminism({ full }: DeterminismOptions): Promise<DeterminismReport> {
  const times = full ? 20 : 2;
  const lab = await startCrossingLab(() => ({ objects: routesToEach("drop", { unsupported: "Drop" }) }));
  const repeated = pairsOf(CALLERS, BACKEND_NAMES).flatMap((pair) =>
    KINDS.filter((kind) => kind === "plain" || pair.caller.name !== "openai-completions").map((kind): Repeated => ({
      pair,
      kind,
    })),
  );
  try {
    const findings = await findWrong(
      repeated,
      ({ kind, pair }) => `${nameOf(pair)}, ${kind}`,
      (one) => repeat(lab, one, times),
    );
    return { requests: repeated.length * times, findings };
  } finally {
    await lab.close();
  }
}

async function repeat(lab: CrossingLab, { kind, pair }: Repeated, times: number): Promise<readonly string[]> {
  const { backend, caller, stream } = pair;
  const scene = lab.upstream.stage();
  const asked = await requestOf(lab, { caller, kind, prompt: `hello ${scene.marker}` });
  const before = scene.received.length;
  for (let time = 0; time < times; time++) await ask(lab.router, caller, { ...asked, model: `drop-${backend}`, stream });
  const bodies = scene.received.slice(before).map(({ path, text }) => `${path} ${text}`);
  const [first = ""] = bodies;
  return [
    ...differs("requests", bodies.length, times),
    ...bodies.filter((body) => body !== first).map((body) => differenceOf(first, body)),
  ];
}

function differenceOf(one: string, other: string): string {
  const index = [...one].findIndex((character, at) => character !== other[at]);
  return `at ${index}: ${one.slice(Math.max(0, index - 40), index + 40)} and ${other.slice(Math.max(0, index - 40), index + 40)}`;
}

interface Wanted {
  readonly caller: Caller;
  readonly kind: Kind;
  readonly prompt: string;
}

async function requestOf(lab: CrossingLab, { caller, kind, prompt }: Wanted): Promise<Omit<Ask, "model">> {
  if (kind === "plain" || caller.name === "openai-completions") return { prompt };
  if (kind === "image") return { prompt, fields: WITH_IMAGE[caller.name](prompt) };
  const tools = ["b.two", "a_one", "c".repeat(70)].map((name) => ({ name, schema: SCHEMA }));
  return { prompt, tools, system: "Be brief.", schema: SCHEMA, history: [await pastTurn(lab, caller, prompt)] };
}

const SCHEMA = { type: "object", properties: { z: { type: "string" }, a: { type: "number" } }, required: ["z", "a"] };

/** An answer with thoughts and calls, as its caller got it from another family. */
async function pastTurn(lab: CrossingLab, caller: Caller, prompt: string): Promise<PastTurn> {
  const calls = [
    { id: "id.with:signs/1", name: "a_one", arguments: '{"z":"ü","a":1.5}' },
    { id: "toolu_2", name: "a_one", arguments: "{}" },
  ];
  const told = { ...PLAIN, thoughts: "Hm.", seal: "U2VhbA==", calls };
  const source = caller.name === "anthropic-messages" ? "bedrock-converse" : "anthropic-messages";
  const scene = lab.upstream.stage({ [source]: { kind: "told", told } });
  const heard = await hear(lab.router, caller, { model: `drop-${BACKENDS[source].dialect}`, prompt: scene.marker });
  const results = heard.calls.map((call) => ({ ...call, output: "found" }));
  return { prompt, answer: heard.answer, results };
}
