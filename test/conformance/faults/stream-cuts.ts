import OpenAI, { APIError } from "openai";
import { healthyStreamBytes, type ChaosAttempt } from "../../rigs/chaos-upstream/index.ts";
import { createDraw, drawBetween } from "./draws.ts";
import { mapConcurrently, rigAt, startLab } from "./lab.ts";
import { type Form, gateway, inForm, unwatchedProvider, route } from "./policy-objects.ts";

const MODEL = "x-cut";
const UPSTREAM_MODEL = "cut";
const WIDTH = 32;
/** A cut has no timer to wait for; what takes longer hangs. */
const PATIENCE_MS = 10_000;
const CUTS = ["F17", "F18", "F19"] as const;

type Heard = "refused" | "raised" | "success" | "hung";

export interface StreamCutFigures {
  readonly cuts: number;
  /** How many were sent event by event with pauses, so that the router was piping when the cut came. */
  readonly paced: number;
  readonly byCut: Readonly<Record<(typeof CUTS)[number], Readonly<Record<Heard, number>>>>;
  /** Streams that were complete although cut: every choice finished, then a clean end. */
  readonly complete: number;
  /** Those that ended cleanly (F19) and did not read as success; a cut transport may take the last bytes with it. */
  readonly completeButFailed: number;
  /** What no caller may ever see: not complete, or other text than was sent, and read as success. One line each. */
  readonly falseSuccesses: readonly string[];
}

interface Cut {
  readonly marker: string;
  readonly choices: number;
}

interface Verdict {
  readonly cut: (typeof CUTS)[number];
  readonly heard: Heard;
  readonly isComplete: boolean;
  readonly falseSuccess: string | null;
}

/**
 * Streams cut by reset, by FIN and by a clean end at any byte before their end, with failover off, as the stock SDK reads
 * them through the router.
 */
export async function runStreamCuts({
  cuts,
  form = "native",
  seed,
}: {
  readonly cuts: number;
  readonly form?: Form;
  readonly seed: number;
}): Promise<StreamCutFigures> {
  const lab = await startLab({
    rigCount: 1,
    objects: (rigs) => [
      gateway(rigs.map(({ url }) => url)),
      inForm(form, unwatchedProvider("chaos", rigAt(rigs, 0).url)),
      route(MODEL, {
        targets: [`chaos/${UPSTREAM_MODEL}`],
        timeouts: { ttft: "5s", idle: "5s", total: "8s" },
        failover: { maxAttempts: 1 },
      }),
    ],
  });
  try {
    const rig = rigAt(lab.rigs, 0);
    const draw = createDraw(seed);
    const planned: readonly Cut[] = Array.from({ length: cuts }, (_, index) => ({
      marker: markerAt(index),
      choices: draw() < 0.25 ? 2 : 1,
    }));
    const steps = planned.map(() => drawStep(draw));
    rig.script(steps.map((behave) => ({ behave })));
    const client = new OpenAI({
      baseURL: `${lab.router.url}/v1`,
      apiKey: lab.router.key,
      maxRetries: 0,
      timeout: PATIENCE_MS,
      logLevel: "off",
    });
    const heard = await mapConcurrently(planned, WIDTH, (cut) => readWithSdk(client, cut));
    const attempts = new Map(rig.attempts().map((attempt) => [markerOf(attempt), attempt]));
    const verdicts = planned.map((cut, index) =>
      judge(cut, heard[index] ?? { kind: "hung", text: "" }, attempts.get(cut.marker)),
    );
    return summarise(verdicts, steps.filter((step) => !step.endsWith("@interval=0")).length);
  } finally {
    await lab.close();
  }
}

/** The requests reach the upstream in no fixed order, so a cut may lie behind the end of a shorter stream: then nothing is cut. */
const SHORTEST = streamOf({ marker: markerAt(0), choices: 1 });
/** Ends of the events that come after all content: what a clean end there leaves is complete. */
const LATE_ENDS = [...SHORTEST.toString("latin1").matchAll(/\n\n/g)].map(({ index }) => index + 2).slice(-4, -1);

function drawStep(draw: () => number): string {
  const kind = CUTS[drawBetween(draw, 0, CUTS.length - 1)] ?? "F19";
  const cut = drawOffset(draw);
  const interval = draw() < 0.6 ? drawBetween(draw, 2, 10) : 0;
  return `${kind}@cut=${cut}@ms=${drawBetween(draw, 1, 20)}@interval=${interval}`;
}

/** Two in ten hit the last events, where what is missing is hardest to see, and one in ten the very end of one. */
function drawOffset(draw: () => number): number {
  const where = draw();
  if (where < 0.1) return LATE_ENDS[drawBetween(draw, 0, LATE_ENDS.length - 1)] ?? 0;
  return drawBetween(draw, where < 0.3 ? SHORTEST.length - 700 : 0, SHORTEST.length - 1);
}

function markerAt(index: number): string {
  return `Cut number ${String(index).padStart(6, "0")}.`;
}

async function readWithSdk(client: OpenAI, cut: Cut): Promise<{ readonly kind: Heard; readonly text: string }> {
  let text = "";
  let hasBegun = false;
  try {
    const stream = await client.chat.completions.create({
      model: MODEL,
      n: cut.choices,
      stream: true,
      messages: messagesOf(cut),
    });
    hasBegun = true;
    for await (const chunk of stream) for (const { delta } of chunk.choices) text += delta.content ?? "";
    return { kind: "success", text };
  } catch (error) {
    if (error instanceof Error && error.name === "APIConnectionTimeoutError") return { kind: "hung", text };
    // Whatever is thrown reaches the application; an APIError is what it expects.
    return { kind: hasBegun || !(error instanceof APIError) ? "raised" : "refused", text };
  }
}

function judge(cut: Cut, heard: { readonly kind: Heard; readonly text: string }, attempt: ChaosAttempt | undefined): Verdict {
  const fault = CUTS.find((name) => name === attempt?.fault);
  if (attempt === undefined || fault === undefined) throw new Error(`${cut.marker} never reached the upstream.`);
  const sent = streamOf(cut).subarray(0, attempt.bytesSent).toString();
  const isComplete = isCompleteStream(sent, { isCleanEnd: fault === "F19", choices: cut.choices });
  const where = `${cut.marker} ${fault} after ${attempt.bytesSent} of ${streamOf(cut).length} bytes, n=${cut.choices}`;
  if (heard.kind !== "success") return { cut: fault, heard: heard.kind, isComplete, falseSuccess: null };
  if (!isComplete)
    return { cut: fault, heard: "success", isComplete, falseSuccess: `${where}, ends ${JSON.stringify(sent.slice(-40))}` };
  return {
    cut: fault,
    heard: "success",
    isComplete,
    falseSuccess: heard.text === textOf(sent) ? null : `${where}: text differs`,
  };
}

/** Its terminator has come, or every choice has finished and then a clean end outside any data line, or after one that lacks only its blank line. */
function isCompleteStream(
  sent: string,
  { isCleanEnd, choices }: { readonly isCleanEnd: boolean; readonly choices: number },
): boolean {
  if (sent.includes("data: [DONE]")) return true;
  const last = sent.slice(sent.lastIndexOf("\n\n") + 2).trimEnd();
  return (
    isCleanEnd &&
    sent.split('"finish_reason":"stop"').length - 1 === choices &&
    (!last.startsWith("data") || last.endsWith("}}}") || isWholeChoice(last))
  );
}

/** The event of a finish reason, whole but for its line ends. */
function isWholeChoice(event: string): boolean {
  return event.includes('"finish_reason":"stop"') && event.endsWith('"usage":null}');
}

function textOf(sent: string): string {
  const events = sent
    .split("\n\n")
    .slice(0, -1)
    .filter((event) => event.startsWith("data: {"));
  const chunks = events.map(
    (event) => JSON.parse(event.slice("data: ".length)) as { choices: { delta: { content?: string } }[] },
  ); // made by our own rig
  return chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? "")).join("");
}

function messagesOf({ marker }: Cut): [{ role: "user"; content: string }] {
  return [{ role: "user", content: marker }];
}

function markerOf({ body }: ChaosAttempt): string {
  return /Cut number \d+\./.exec(body)?.[0] ?? "";
}

function streamOf(cut: Cut): Buffer {
  const request = {
    model: UPSTREAM_MODEL,
    messages: messagesOf(cut),
    n: cut.choices,
    stream: true,
    stream_options: { include_usage: true },
  };
  return Buffer.from(healthyStreamBytes(request));
}

function summarise(verdicts: readonly Verdict[], paced: number): StreamCutFigures {
  const count = (cut: Verdict["cut"]): Record<Heard, number> => {
    const of = (kind: Heard): number => verdicts.filter((verdict) => verdict.cut === cut && verdict.heard === kind).length;
    return { refused: of("refused"), raised: of("raised"), success: of("success"), hung: of("hung") };
  };
  const complete = verdicts.filter(({ isComplete }) => isComplete);
  return {
    cuts: verdicts.length,
    paced,
    byCut: { F17: count("F17"), F18: count("F18"), F19: count("F19") },
    complete: complete.length,
    completeButFailed: complete.filter(({ cut, heard }) => cut === "F19" && heard !== "success").length,
    falseSuccesses: verdicts.flatMap(({ falseSuccess }) => (falseSuccess === null ? [] : [falseSuccess])),
  };
}
