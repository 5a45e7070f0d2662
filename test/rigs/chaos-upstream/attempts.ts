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
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Body bytes that the kernel took, before chunk framing and without the head. */
  readonly bytesSent: number;
  readonly closed: Closed;
  readonly startedAtMs: number;
  readonly closedAtMs: number | null;
}

export type AttemptRecord = { -readonly [Key in keyof ChaosAttempt]: ChaosAttempt[Key] };

/** The attempts since the last reset, and those still unanswered even if a reset has forgotten them. */
export interface AttemptLog {
  open(request: IncomingMessage, path: string): AttemptRecord;
  /** The first call wins: what happens to a socket after its response was settled is nobody's news. */
  settle(record: AttemptRecord, closed: Exclude<Closed, "open">): void;
  settleAll(closed: Exclude<Closed, "open">): void;
  list(): readonly ChaosAttempt[];
  live(): number;
  reset(): void;
}

export function createAttemptLog(): AttemptLog {
  let records: AttemptRecord[] = [];
  const unfinished = new Set<AttemptRecord>();

  const log: AttemptLog = {
    open: (request, path) => {
      const record: AttemptRecord = {
        id: records.length + 1,
        path,
        model: "",
        stream: false,
        fault: null,
        headers: flattenHeaders(request),
        body: "",
        bytesSent: 0,
        closed: "open",
        startedAtMs: Date.now(),
        closedAtMs: null,
      };
      records.push(record);
      unfinished.add(record);
      return record;
    },
    settle: (record, closed) => {
      if (!unfinished.delete(record)) return;
      record.closed = closed;
      record.closedAtMs = Date.now();
    },
    settleAll: (closed) => {
      for (const record of unfinished) log.settle(record, closed);
    },
    list: () => records.map((record) => ({ ...record })),
    live: () => unfinished.size,
    reset: () => {
      records = [];
    },
  };
  return log;
}

/** Every header of a request as one string per name. */
export function flattenHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]));
}
