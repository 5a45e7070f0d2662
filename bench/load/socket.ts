import { connect } from "node:net";
import type { Socket } from "node:net";

export interface OpenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request on a socket of its own, so that a client can stop reading or leave as real ones do. */
export interface OpenAnswer {
  receivedBytes(): number;
  /** Settles when this many bytes have come. @throws Error on any other status than 200, an early end, or after ten seconds */
  waitForBytes(count: number): Promise<void>;
  /** Reads no more; the connection stays. */
  stall(): void;
  /** Closes the connection. Returns when, in milliseconds since 1970. */
  leave(): number;
}

const WAIT_TIMEOUT_MS = 10_000;

/** Sends a POST and begins to read the answer. */
export function openRequest(request: OpenRequest): OpenAnswer {
  const url = new URL(request.url);
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  let received = 0;
  let statusLine = "";
  let failure: string | undefined;
  socket.on("data", (chunk: Buffer) => {
    if (received === 0) statusLine = chunk.subarray(0, 64).toString("latin1").split("\r\n", 1)[0] ?? "";
    received += chunk.length;
  });
  socket.on("error", (error) => (failure = error.message));
  socket.on("close", () => (failure ??= "the connection was closed"));
  socket.write(renderRequest(url, request));
  const check = (count: number): boolean => {
    if (received > 0 && !/^HTTP\/1\.1 200\b/.test(statusLine)) throw new Error(`Answered ${statusLine}`);
    if (received < count && failure !== undefined) throw new Error(`After ${received} bytes: ${failure}`);
    return received >= count;
  };
  return {
    receivedBytes: () => received,
    waitForBytes: (count) => waitFor(() => check(count)),
    stall: () => void socket.pause(),
    leave: () => leave(socket),
  };
}

function renderRequest(url: URL, request: OpenRequest): string {
  const headers = Object.entries({ host: url.host, "content-type": "application/json", ...request.headers });
  const lines = [`POST ${url.pathname} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return [...lines, `content-length: ${Buffer.byteLength(request.body)}`, "", request.body].join("\r\n");
}

function leave(socket: Socket): number {
  socket.removeAllListeners("data");
  socket.destroy();
  return performance.timeOrigin + performance.now();
}

async function waitFor(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + WAIT_TIMEOUT_MS;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`Nothing more came within ${WAIT_TIMEOUT_MS / 1_000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
