import type { IncomingMessage } from "node:http";

/** How the response ended; a cut that a fault asked for is `reset-by-us`, be it an RST or an early FIN. */
export type Closed = "finished" | "reset-by-us" | "client-left" | "open";

/** One request that reached the upstream. */
export interface ChaosAttempt {
  /** Counts from 1 since the last reset. */
  readonly id: number;
  readonly path: string;
  /** As it was asked for, with its options; empty where the body names none. */
  readonly model: string;
  readonly stream: boolean;
  readonly fault: string | null;
  /** The caller's secret as its header has it (`Bearer sk-…`), which tells callers apart; empty when there is none. */
  readonly credential: string;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Null where no head was sent. */
  readonly status: number | null;
  /** Body bytes that the kernel took, before chunk framing and without the head. */
  readonly bytesSent: number;
  readonly closed: Closed;
  /** Epoch milliseconds, as are all times here: the request's arrival. */
  readonly startedAtMs: number;
  /** When the first content (a word, an argument, a vector) went out; null where none did, or only in pieces. */
  readonly contentAtMs: number | null;
  /** Of a client that left: when that was seen. */
  readonly closedAtMs: number | null;
}

export type AttemptRecord = { -readonly [Key in keyof ChaosAttempt]: ChaosAttempt[Key] };

export interface AttemptLogOptions {
  /** False: attempts have neither headers nor body. */
  readonly keepsContents: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The newest attempts since the last reset, and those still unanswered even if a reset has forgotten them. */
export interface AttemptLog {
  open(request: IncomingMessage, path: string): AttemptRecord;
  noteBody(record: AttemptRecord, body: string): void;
  /** Counts what went out. */
  noteSent(record: AttemptRecord, bytes: string | Uint8Array): void;
  /** The first call wins: what happens to a socket after its response was settled is nobody's news. */
  settle(record: AttemptRecord, closed: Exclude<Closed, "open">): void;
  settleAll(closed: Exclude<Closed, "open">): void;
  list(): readonly ChaosAttempt[];
  live(): number;
  reset(): void;
}

/** At least so many attempts are kept, at most twice as many: some 50 MB without their contents. */
const KEPT = 100_000;
/** A string that is not empty, or a vector: not the role alone, with which streams open. */
const CONTENT = /"(?:content|arguments)":"[^"]|"embedding":["[]/;

export function createAttemptLog({ keepsContents, now }: AttemptLogOptions): AttemptLog {
  let records: AttemptRecord[] = [];
  let opened = 0;
  const unfinished = new Set<AttemptRecord>();

  const log: AttemptLog = {
    open: (request, path) => {
      const headers = flattenHeaders(request);
      opened += 1;
      const record: AttemptRecord = {
        id: opened,
        path,
        model: "",
        stream: false,
        fault: null,
        credential: headers["authorization"] ?? headers["x-api-key"] ?? headers["api-key"] ?? "",
        headers: keepsContents ? headers : {},
        body: "",
        status: null,
        bytesSent: 0,
        closed: "open",
        startedAtMs: now(),
        contentAtMs: null,
        closedAtMs: null,
      };
      if (records.length === 2 * KEPT) records = records.slice(KEPT);
      records.push(record);
      unfinished.add(record);
      return record;
    },
    noteBody: (record, body) => {
      if (keepsContents) record.body = body;
    },
    noteSent: (record, bytes) => {
      record.bytesSent += Buffer.byteLength(bytes);
      if (record.contentAtMs === null && CONTENT.test(bytes.toString())) record.contentAtMs = now();
    },
    settle: (record, closed) => {
      if (!unfinished.delete(record)) return;
      record.closed = closed;
      record.closedAtMs = now();
    },
    settleAll: (closed) => {
      for (const record of unfinished) log.settle(record, closed);
    },
    list: () => records.map((record) => ({ ...record })),
    live: () => unfinished.size,
    reset: () => {
      records = [];
      opened = 0;
    },
  };
  return log;
}

/** Every header of a request as one string per name. */
export function flattenHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]));
}
