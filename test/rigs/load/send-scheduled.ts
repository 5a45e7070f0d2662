import { type Agent, type IncomingMessage, request } from "node:http";

/** One request of a load run. */
export interface LoadResult {
  /** Of the router that was asked. */
  readonly url: string;
  /** Epoch milliseconds at which the request was due; all durations count from here. */
  readonly scheduledAtMs: number;
  /** 0: no answer. */
  readonly status: number;
  /** `x-fairlead-target`: the provider/model that answered. */
  readonly target: string | null;
  /** `x-fairlead-attempts`. */
  readonly attempts: number | null;
  readonly retryAfterSeconds: number | null;
  /** Of an error answer, or of the event that ends a broken stream. */
  readonly errorCode: string | null;
  /** To the answer's end, or until it was given up. */
  readonly latencyMs: number;
  /** Of a stream, to its first byte: the router sends none before the first content. */
  readonly ttftMs: number | null;
  /** The answer ended as HTTP asks and, if it is a stream, with `[DONE]`. */
  readonly whole: boolean;
}

interface Scheduled {
  readonly url: string;
  readonly key: string;
  readonly body: object;
  /** On the clock of `performance.now`. */
  readonly dueMs: number;
  readonly patienceMs: number;
  readonly agent: Agent;
}

/** What has come of an answer so far. */
interface Heard {
  readonly head: IncomingMessage;
  readonly isStream: boolean;
  firstByteMs: number | null;
  /** The last characters: enough for an error's code or a stream's end. */
  tail: string;
}

const TAIL_CHARACTERS = 1_024;
const NO_ANSWER = {
  status: 0,
  target: null,
  attempts: null,
  retryAfterSeconds: null,
  errorCode: null,
  ttftMs: null,
  whole: false,
} as const;

/** Sends now what was due at `dueMs`. Never rejects: what went wrong shows in the result. */
export function sendScheduled(scheduled: Scheduled): Promise<LoadResult> {
  const { agent, body, key, patienceMs, url } = scheduled;
  const text = JSON.stringify(body);
  return new Promise((resolve) => {
    let heard: Heard | null = null;
    const call = request(`${url}/v1/chat/completions`, {
      method: "POST",
      agent,
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      },
    });
    const patience = setTimeout(() => call.destroy(), patienceMs);
    const settle = (): void => {
      clearTimeout(patience);
      resolve(describe(scheduled, heard));
    };
    call.once("error", settle);
    call.once("response", (head) => {
      const answer: Heard = { head, isStream: isEventStream(head), firstByteMs: null, tail: "" };
      heard = answer;
      head.on("data", (chunk: Buffer) => {
        answer.firstByteMs ??= performance.now();
        answer.tail = (answer.tail + chunk.toString("latin1")).slice(-TAIL_CHARACTERS);
      });
      head.once("error", () => undefined);
      head.once("close", settle);
    });
    call.end(text);
  });
}

function describe({ dueMs, url }: Scheduled, heard: Heard | null): LoadResult {
  const scheduled = { url, scheduledAtMs: performance.timeOrigin + dueMs, latencyMs: performance.now() - dueMs };
  if (heard === null) return { ...NO_ANSWER, ...scheduled };
  const { firstByteMs, head, isStream, tail } = heard;
  const whole = head.complete && (!isStream || tail.endsWith("data: [DONE]\n\n"));
  const failed = head.statusCode !== 200 || !whole;
  return {
    ...scheduled,
    status: head.statusCode ?? 0,
    target: headerOf(head, "x-fairlead-target"),
    attempts: numberIn(headerOf(head, "x-fairlead-attempts")),
    retryAfterSeconds: numberIn(headerOf(head, "retry-after")),
    errorCode: failed ? (/"code":"([a-z_]+)"/.exec(tail)?.[1] ?? null) : null,
    ttftMs: isStream && firstByteMs !== null ? firstByteMs - dueMs : null,
    whole,
  };
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return headers["content-type"]?.startsWith("text/event-stream") === true;
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : null;
}

function numberIn(text: string | null): number | null {
  return text === null ? null : Number(text);
}
