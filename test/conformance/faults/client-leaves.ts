import { isDeepStrictEqual } from "node:util";
import { askRouter, readHealth, readUsage } from "./ask-router.ts";
import { createDraw, drawBetween } from "./draws.ts";
import { eventually, type Lab, mapConcurrently, rigAt, startLab } from "./lab.ts";
import { askAndLeave, type Left } from "./leaving-client.ts";
import { type Form, gateway, inForm, unwatchedProvider, route } from "./policy-objects.ts";

const MODEL = "x-leave";
const WIDTH = 40;
/** Twelve seconds of answer: nobody who leaves within half a second sees its end. */
const LONG_ANSWER = "ok@events=400@interval=30";
const GIVE_UP_MS = 10_000;

export interface ClientLeaveFigures {
  readonly clients: number;
  /** Milliseconds from the client's leaving to the upstream's seeing its connection closed, slowest first. */
  readonly closeMs: readonly number[];
  /** Upstream responses that nobody had ended ten seconds later. */
  readonly stillLive: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests with no event in the usage log, or more than one. */
  readonly miscounted: number;
  readonly healthUnchanged: boolean;
  /** Clients that leave must not keep their place under the cap: as many again still get in. */
  readonly slotsFreed: boolean;
}

/** Clients that hang up in the middle of a stream while bytes flow. */
export async function runClientLeaves({
  clients,
  form = "native",
  seed = 1,
}: {
  readonly clients: number;
  readonly form?: Form;
  readonly seed?: number;
}): Promise<ClientLeaveFigures> {
  const lab = await startLab({
    rigCount: 1,
    objects: (rigs) => [
      gateway(
        rigs.map(({ url }) => url),
        { caps: { liveStreams: WIDTH } },
      ),
      inForm(form, unwatchedProvider("chaos", rigAt(rigs, 0).url)),
      route(MODEL, { targets: ["chaos/leave"], failover: { maxAttempts: 1 } }),
    ],
  });
  try {
    const rig = rigAt(lab.rigs, 0);
    const warm = await askRouter(lab.router, { model: MODEL, messages: [{ role: "user", content: "Warm up." }] });
    if (warm.status !== 200) throw new Error(`The router is not ready: ${warm.body.toString()}`);
    const before = await readHealth(lab.router);
    const left = await leaveInWaves(lab, clients, seed);
    const isQuiet = await eventually(() => rig.live() === 0, GIVE_UP_MS);
    const outcomes = await readOutcomes(
      lab,
      left.map(({ requestId }) => requestId),
    );
    const after = await readHealth(lab.router);
    return {
      clients,
      closeMs: closingTimes(lab, left),
      stillLive: isQuiet ? 0 : rig.live(),
      outcomes: countBy(outcomes.flat()),
      miscounted: outcomes.filter(({ length }) => length !== 1).length,
      healthUnchanged: isDeepStrictEqual(before, after),
      slotsFreed: await admitsStreams(lab),
    };
  } finally {
    await lab.close();
  }
}

interface MarkedLeft extends Left {
  readonly marker: string;
}

/** Wave by wave, each as wide as the cap on live streams: the next can only begin once the places are free again. */
async function leaveInWaves(lab: Lab, clients: number, seed: number): Promise<readonly MarkedLeft[]> {
  const rig = rigAt(lab.rigs, 0);
  const draw = createDraw(seed);
  const left: MarkedLeft[] = [];
  while (left.length < clients) {
    const wave = Array.from({ length: Math.min(WIDTH, clients - left.length) }, (_, index) => ({
      marker: `Client number ${left.length + index}.`,
      leave: draw() < 0.5 ? ("close" as const) : ("reset" as const),
      staysMs: drawBetween(draw, 0, 400),
    }));
    rig.script(wave.map(() => ({ behave: LONG_ANSWER })));
    const gone = await mapConcurrently(wave, WIDTH, async ({ marker, ...how }) => {
      const body = { model: MODEL, messages: [{ role: "user", content: marker }] };
      return { marker, ...(await askAndLeave(lab.router, body, how)) };
    });
    left.push(...gone);
    await eventually(() => rig.live() === 0, GIVE_UP_MS);
    await new Promise((done) => setTimeout(done, 100));
  }
  return left;
}

function closingTimes(lab: Lab, left: readonly MarkedLeft[]): readonly number[] {
  const attempts = rigAt(lab.rigs, 0).attempts();
  const times = left.map(({ leftAt, marker }) => {
    const closedAt = attempts.find(({ body }) => body.includes(marker))?.closedAtMs ?? null;
    return closedAt === null ? Number.POSITIVE_INFINITY : closedAt - leftAt;
  });
  return times.toSorted((one, other) => other - one);
}

/** Per request, the outcomes under its id; asked again until each has one. */
async function readOutcomes(lab: Lab, requestIds: readonly string[]): Promise<readonly (readonly string[])[]> {
  for (let patience = 30; ; patience -= 1) {
    const events = await readUsage(lab.router);
    const outcomes = requestIds.map((id) => events.filter(({ requestId }) => requestId === id).map(({ outcome }) => outcome));
    if (patience === 0 || outcomes.every(({ length }) => length > 0)) return outcomes;
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function admitsStreams(lab: Lab): Promise<boolean> {
  const rig = rigAt(lab.rigs, 0);
  rig.script(Array.from({ length: WIDTH }, () => ({ behave: "ok@events=12@interval=20" })));
  const body = { model: MODEL, stream: true, messages: [{ role: "user", content: "Is there a place?" }] };
  const answers = await mapConcurrently(Array.from({ length: WIDTH }), WIDTH, () => askRouter(lab.router, body));
  return answers.every(({ status, whole }) => status === 200 && whole);
}

function countBy(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
