import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { closeNow, HOST, listen } from "../chaos-upstream/listen.ts";
import { type Cut, cutInto, WHOLE } from "./cut.ts";
import { readCall } from "./read-call.ts";
import type { RecordedAnswer, RecordedStep } from "./recorded-steps.ts";
import { stepIdOf } from "./upstream-model.ts";

/** What reached the upstream. */
export interface Received {
  readonly method: string;
  /** With its query, as it came. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** `text`, parsed; null where it is no JSON. */
  readonly body: unknown;
}

/**
 * An upstream that plays recorded answers in every dialect. The step is named by the request's model
 * (see `upstreamModel`), whatever path comes before the dialect's own.
 */
export interface ReplayUpstream {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** How the next answers of a step are cut; `whole` where nothing was said. */
  cut(stepId: string, cut: Cut): void;
  /** The last request of a step; null when none came. */
  received(stepId: string): Received | null;
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 600_000;
/** Chunks written between two looks at other requests. HTTP frames each, so that a reader gets each by itself. */
const BURST = 64;

interface Stage {
  readonly step: RecordedStep;
  cut: Cut;
  received: Received | null;
}

/** Starts the upstream on any free port of the loopback interface. */
export async function startReplayUpstream(steps: readonly RecordedStep[]): Promise<ReplayUpstream> {
  const stages = new Map(steps.map((step): [string, Stage] => [step.id, { step, cut: WHOLE, received: null }]));
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    serve(request, response, stages).catch((cause: unknown) => response.destroy(cause instanceof Error ? cause : undefined));
  });
  const port = await listen(server, 0);
  const stageOf = (stepId: string): Stage => {
    const stage = stages.get(stepId);
    if (stage === undefined) throw new Error(`There is no step ${stepId}.`);
    return stage;
  };
  return {
    url: `http://${HOST}:${port}`,
    cut: (stepId, cut) => {
      stageOf(stepId).cut = cut;
    },
    received: (stepId) => stageOf(stepId).received,
    close: () => closeNow(server),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, stages: ReadonlyMap<string, Stage>): Promise<void> {
  const received = await receive(request);
  const call = readCall(received.path.split("?")[0] ?? "", received.body);
  const stage = call === null ? undefined : stages.get(stepIdOf(call.model));
  if (stage === undefined || call === null) return refuse(response, `${received.path} asks for nothing recorded`);
  stage.received = received;
  // A refusal was recorded once, whatever form was asked for.
  const { stream, whole } = stage.step;
  const answer = call.stream ? (stream ?? refusalIn(whole)) : (whole ?? refusalIn(stream));
  if (answer === null) return refuse(response, `${stage.step.id} was not recorded in the form asked for`);
  await play(answer, stage.cut, response);
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { method: request.method ?? "", path: request.url ?? "", headers: request.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // What is asked here is what came, not whether it was right.
  }
}

function refusalIn(answer: RecordedAnswer | null): RecordedAnswer | null {
  return answer !== null && answer.status >= 400 ? answer : null;
}

function refuse(response: ServerResponse, what: string): void {
  response.writeHead(404, { "content-type": "text/plain" }).end(what);
}

async function play({ body, headers, status }: RecordedAnswer, cut: Cut, response: ServerResponse): Promise<void> {
  response.writeHead(status, headers);
  const chunks = cutInto(body, cut);
  for (let start = 0; start < chunks.length && !response.destroyed; start += BURST) {
    if (start > 0) await yieldToEvents();
    for (const chunk of chunks.slice(start, start + BURST)) response.write(chunk);
  }
  response.end();
}
