import { BACKENDS, type BackendName } from "./backends.ts";
import type { AskedTool, Caller, PastTurn } from "./callers/caller.ts";
import { CHAT_CALLERS } from "./callers/index.ts";
import { sealsIn } from "../diamond/seals.ts";
import { type CrossingLab, route, startCrossingLab } from "./lab.ts";
import { differs, findWrong, type Finding } from "./pairs.ts";
import type { Received, Reply, Scene } from "./scene.ts";
import { hear, type Heard } from "./send.ts";
import { PLAIN, type Told, USAGE } from "./told.ts";
import { readToolHistory } from "./wires/tool-history.ts";

/** How much is run: every conversation whole and streamed, or each in one form in turn. */
export interface FailoverOptions {
  readonly full: boolean;
}

/** Every list of findings is empty when the promises hold. */
export interface FailoverReport {
  readonly conversations: number;
  /** What the second family was sent that it must not see, or would refuse. */
  readonly foreignFindings: readonly Finding[];
  /** What the first family did not get back as it gave it. */
  readonly homeFindings: readonly Finding[];
  /** Callers who noticed. */
  readonly callerFindings: readonly Finding[];
}

/** Families whose answers are sealed. */
const SEALING = ["anthropic-messages", "openai-responses", "gemini", "bedrock-converse", "openai-chat"] as const;

/** Who answers a conversation, and who stands in for it once. */
interface Talk {
  readonly caller: Caller;
  readonly home: BackendName;
  readonly foreign: BackendName;
  readonly stream: boolean;
}

/** Longer than some formats allow, and shorter than the others do. */
const LONG_ID = `toolu_${"0123456789".repeat(7)}`;

const HOME: Told = {
  ...PLAIN,
  thoughts: "At home I think: two look-ups.",
  seal: "SGVpbWF0c2llZ2VsKysvLzA9PQ==",
  calls: [
    { id: "toolu_home_1", name: "look_up", arguments: '{"city":"Köln","n":1}' },
    { id: LONG_ID, name: "add", arguments: '{"a":12345678901234567890,"b":2.50}' },
  ],
};
const FOREIGN: Told = {
  ...PLAIN,
  text: "Abroad I say: one more.",
  thoughts: "Abroad I think: once more.",
  seal: "RnJlbWRzaWVnZWwrKy8vMT09",
  calls: [{ id: "call_foreign_1", name: "look_up", arguments: '{"city":"Aachen","n":2}' }],
};
const LAST: Told = { ...PLAIN, text: "Done.", usage: USAGE };

const TOOLS: readonly AskedTool[] = ["look_up", "add"].map((name) => ({ name, schema: { type: "object", properties: {} } }));

/** What an envelope of ours begins with, as text and inside base64. */
const ENVELOPES = ["fairlead1.", "ZmFpcmxlYWQxL"];

/**
 * Conversations of three turns: one family answers, with sealed thoughts and calls of tools; another stands in for it while
 * it is overloaded; the first answers again.
 */
export async function runCrossingFailover({ full }: FailoverOptions): Promise<FailoverReport> {
  const ways = SEALING.flatMap((home) => SEALING.filter((foreign) => foreign !== home).map((foreign) => ({ home, foreign })));
  const lab = await startCrossingLab(() => ({
    objects: ways.map(({ foreign, home }) => route(modelOf(home, foreign), [home, foreign])),
  }));
  const talks = CHAT_CALLERS.flatMap((caller, seat) =>
    ways.flatMap((way, turn) =>
      [false, true]
        .filter((stream) => full || stream === ((seat + turn) % 2 === 0))
        .map((stream): Talk => ({ caller, stream, ...way })),
    ),
  );
  const found: { readonly [Part in "foreign" | "home" | "caller"]: Finding[] } = { foreign: [], home: [], caller: [] };
  try {
    const thrown = await findWrong(talks, describeTalk, async (talk) => {
      const wrong = await talkThrough(lab, talk);
      for (const part of ["foreign", "home", "caller"] as const)
        found[part].push(...wrong[part].map((what) => `${describeTalk(talk)}: ${what}`));
      return [];
    });
    found.caller.push(...thrown);
  } finally {
    await lab.close();
  }
  return {
    conversations: talks.length,
    foreignFindings: found.foreign,
    homeFindings: found.home,
    callerFindings: found.caller,
  };
}

function modelOf(home: BackendName, foreign: BackendName): string {
  return `${home}-or-${foreign}`;
}

function describeTalk({ caller, foreign, home, stream }: Talk): string {
  return `${caller.name} with ${home}, then ${foreign}, ${stream ? "streamed" : "whole"}`;
}

function replyWith(answer: Told): Reply {
  return { kind: "told", told: answer };
}

interface Wrong {
  readonly foreign: readonly string[];
  readonly home: readonly string[];
  readonly caller: readonly string[];
}

async function talkThrough(lab: CrossingLab, talk: Talk): Promise<Wrong> {
  const { caller, foreign, home, stream } = talk;
  const scene = lab.upstream.stage({
    [home]: [replyWith(HOME), { kind: "refused", refusal: "overloaded" }, replyWith(LAST)],
    [foreign]: [replyWith(FOREIGN)],
  });
  const ask = (history: readonly PastTurn[], prompt: string): Promise<Heard> =>
    hear(lab.router, caller, { model: modelOf(home, foreign), prompt, history, tools: TOOLS, stream });
  const prompt = `look things up ${scene.marker}`;
  const first = await ask([], prompt);
  const history = [pastTurn(prompt, first)];
  const second = await ask(history, "go on");
  const third = await ask([...history, pastTurn("go on", second)], "and now?");
  return {
    foreign: judgeForeign(talk, received(scene, foreign, 0)),
    home: judgeHome(talk, received(scene, home, 2)),
    caller: [...judgeHeard(first, HOME), ...judgeHeard(second, FOREIGN), ...judgeHeard(third, LAST)],
  };
}

function pastTurn(prompt: string, { answer, calls }: Heard): PastTurn {
  const results = calls.map(({ id, name, arguments: args }) => ({ id, name, output: `${name} gave ${args.length} characters` }));
  return { prompt, answer, results };
}

function received({ received: all }: Scene, backend: BackendName, index: number): Received {
  const found = all.filter((request) => request.backend === backend)[index];
  if (found === undefined) throw new Error(`${backend} was not asked ${index + 1} times`);
  return found;
}

/** What the caller heard is what was told, whoever told it. */
function judgeHeard({ calls, text, thoughts }: Heard, told: Told): readonly string[] {
  return [
    ...differs("text", text, told.text),
    ...differs("thoughts", thoughts, told.thoughts),
    ...differs(
      "names",
      calls.map(({ name }) => name),
      told.calls.map(({ name }) => name),
    ),
  ];
}

function judgeForeign({ foreign }: Talk, { body, text }: Received): readonly string[] {
  const leaked = [HOME.seal, ...ENVELOPES].filter((secret) => text.includes(secret));
  const { pairs, problems } = readToolHistory(BACKENDS[foreign].dialect, body);
  return [
    ...leaked.map((secret) => `it was sent ${secret}`),
    ...problems,
    ...differs(
      "pairs",
      pairs.map(({ name }) => name),
      ["look_up", "add"],
    ),
    ...pairs
      .filter(({ name, output }) => !output.includes(`${name} gave`))
      .map(({ name }) => `${name} has another call's result`),
  ];
}

function judgeHome({ caller, home }: Talk, { body, text }: Received): readonly string[] {
  const leaked = [FOREIGN.seal, ...ENVELOPES].filter((secret) => text.includes(secret));
  const { pairs, problems } = readToolHistory(BACKENDS[home].dialect, body);
  const seals = sealsIn(body).map(({ seal }) => seal);
  return [
    ...leaked.map((secret) => `it was sent ${secret}`),
    ...problems,
    ...differs(
      "pairs",
      pairs.map(({ name }) => name),
      ["look_up", "add", "look_up"],
    ),
    ...differs(`seals of ${caller.name}`, seals, sealsAtHome(home)),
    ...(!keepsDigits(caller) || text.includes("12345678901234567890") ? [] : ["a number of 20 digits was not sent as it was"]),
  ];
}

/** Gemini wants the first call of a turn signed; what stands where a signature is lost is its own documented word. */
function sealsAtHome(home: BackendName): readonly string[] {
  return home === "gemini" ? [HOME.seal, "skip_thought_signature_validator"] : [HOME.seal];
}

/** Where arguments are an object, its clients have parsed and lost them. */
function keepsDigits({ name }: Caller): boolean {
  return name === "openai-chat" || name === "openai-responses";
}
