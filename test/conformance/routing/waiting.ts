import { mapConcurrently } from "../faults/lab.ts";
import { askRouter, type Heard } from "../faults/ask-router.ts";
import { gateway, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { askChat, chatBody, targetOf } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { type PacingFigures, startPacingUpstream } from "./pacing-upstream.ts";
import { RETRY_AFTER_FORMS } from "./retry-after-forms.ts";
import { group, ruled } from "./rule-objects.ts";

export interface WaitingOptions {
  /** Attempts after a wait, at least. */
  readonly trials: number;
}

export interface WaitingFigures extends PacingFigures {
  readonly forms: number;
  /** Forms for which the caller was told another wait than the upstream said, or a status other than 429. */
  readonly misread: readonly string[];
  readonly atOnce: AtOnceFigures;
}

/** What is not worth waiting for. */
export interface AtOnceFigures {
  /** Milliseconds until another target answered in place of one that asked for a wait beyond ten seconds. */
  readonly nextTargetMs: number;
  /** Until the caller was told to come back, where there is no other: for a wait beyond ten seconds, and beyond the deadline. */
  readonly longWaitMs: number;
  readonly deadlineMs: number;
  /** Waits that three targets ask for, and the one that the caller is told, at once and when it asks again. Seconds. */
  readonly smallest: { readonly asked: readonly number[]; readonly told: readonly number[] };
}

const PROCESSES = 4;
/** Waits that a trial can take. */
const MOST_SECONDS = 2;
const ATTEMPTS_PER_REQUEST = 10;
const WIDTH = 400;
const THREE_WAITS = [40, 25, 33];
/** The form that says five minutes. */
const LONGEST = RETRY_AFTER_FORMS.findIndex(({ says }) => says === "retry-after: 300");

/** An upstream that asks to be left alone in every form: nobody asks it before its time, and nobody waits in vain. */
export async function runWaiting({ trials }: WaitingOptions): Promise<WaitingFigures> {
  const pacing = await startPacingUpstream();
  const lab = await startWaitingLab(pacing.url);
  try {
    const misread = await readForms(lab);
    const timed = [...RETRY_AFTER_FORMS.entries()].filter(
      ([, { seconds }]) => (seconds ?? 0) > 0 && (seconds ?? 0) <= MOST_SECONDS,
    );
    const pairs = timed.flatMap(([form]) => Array.from({ length: PROCESSES }, (_, process) => ({ form, process })));
    const rounds = Math.ceil(trials / pairs.length / (ATTEMPTS_PER_REQUEST - 1));
    // Each pair is asked by one request at a time: two at once would both be on their way before the first is refused.
    await mapConcurrently(pairs, WIDTH, async ({ form, process }) => {
      for (let round = 0; round < rounds || pacing.figures().trials < trials; round += 1) {
        await askChat(lab.router(process), `x-wait-${form}`);
        await askChat(lab.router(process), `x-once-${form}`);
      }
    });
    return { forms: RETRY_AFTER_FORMS.length, misread, ...pacing.figures(), atOnce: await runAtOnce(lab) };
  } finally {
    await lab.close();
    await pacing.close();
  }
}

function startWaitingLab(pacingUrl: string): Promise<FleetLab> {
  return startFleetLab({
    processes: PROCESSES,
    env: (process) => ({ PACING_KEY: `sk-${process}` }),
    objects: ({ url }) => [
      gateway([pacingUrl, url], { retryBudget: UNLIMITED_RETRIES }),
      provider("pacing", pacingUrl, ["key"]),
      provider("open", url),
      ...RETRY_AFTER_FORMS.flatMap((_, form) => {
        const groups = [group("only", [`pacing/wait-${form}`])];
        return [
          ruled(`x-wait-${form}`, { groups, failover: { maxAttempts: ATTEMPTS_PER_REQUEST } }),
          ruled(`x-once-${form}`, { groups, failover: { maxAttempts: 1 } }),
        ];
      }),
      ruled("x-next", { groups: [group("first", [`pacing/wait-${LONGEST}`]), group("second", ["open/steady"])] }),
      ruled("x-long", { groups: [group("only", ["open/long"])] }),
      ruled("x-deadline", { groups: [group("only", ["open/deadline"])] }),
      ruled("x-three", { groups: THREE_WAITS.map((seconds) => group(`wait-${seconds}`, [`open/wait-${seconds}`])) }),
    ],
  });
}

/** What the caller is told for each form, by a process that has not asked yet. */
async function readForms(lab: FleetLab): Promise<readonly string[]> {
  const misread: string[] = [];
  for (const [form, { says, seconds }] of RETRY_AFTER_FORMS.entries()) {
    const heard = await askChat(lab.router(0), `x-once-${form}`);
    const told = waitOf(heard);
    const isRight = seconds === null || seconds === 0 ? true : told >= seconds - 0.1 && told <= seconds + 1;
    if (heard.status !== 429 || !isRight) misread.push(`${says}: ${heard.status}, ${told} s`);
  }
  return misread;
}

/** Seconds; NaN when the answer names none. */
function waitOf({ headers }: Heard): number {
  const milliseconds = headers["retry-after-ms"];
  return milliseconds === undefined ? Number(headers["retry-after"] ?? Number.NaN) : Number(milliseconds) / 1_000;
}

async function runAtOnce(lab: FleetLab): Promise<AtOnceFigures> {
  lab.upstream.setFault("long", "F11@seconds=11");
  lab.upstream.setFault("deadline", "F11@seconds=2");
  for (const seconds of THREE_WAITS) lab.upstream.setFault(`wait-${seconds}`, `F11@seconds=${seconds}`);
  // Another process than the one that has asked this form already.
  const router = lab.router(PROCESSES - 1);
  const next = await askChat(router, "x-next");
  const long = await askChat(router, "x-long");
  const deadline = await askRouter(router, chatBody("x-deadline"), { headers: { "x-fairlead-timeout-ms": "1000" } });
  const three = [await askChat(router, "x-three"), await askChat(router, "x-three")];
  return {
    nextTargetMs: next.status === 200 && targetOf(next) === "open/steady" ? next.tookMs : Number.NaN,
    longWaitMs: long.status === 429 ? long.tookMs : Number.NaN,
    deadlineMs: deadline.status === 429 ? deadline.tookMs : Number.NaN,
    smallest: { asked: THREE_WAITS, told: three.map((heard) => (heard.status === 429 ? waitOf(heard) : Number.NaN)) },
  };
}
