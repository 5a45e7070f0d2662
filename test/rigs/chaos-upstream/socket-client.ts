import { once } from "node:events";
import { connect } from "node:net";

/** A response as it came over a socket. */
export interface Wire {
  readonly status: number;
  readonly head: string;
  /** Body bytes, without chunk framing; for garbage everything that came. */
  readonly body: Buffer;
  /** Chunks as they were framed; one for a body with a length. */
  readonly chunks: readonly Buffer[];
  /** Whether HTTP saw the body's end. */
  readonly whole: boolean;
  readonly ended: "fin" | "rst" | "left";
}

export interface AskOptions {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly leaveAfterMs?: number;
  /** Never reads. */
  readonly paused?: boolean;
}

/** One request over a socket of its own: what came, and how the connection ended. */
export async function askOverSocket(port: number, body: object, options: AskOptions = {}): Promise<Wire> {
  const { path = "/v1/chat/completions", headers = {}, leaveAfterMs, paused = false } = options;
  const text = JSON.stringify(body);
  const lines = Object.entries({
    host: "chaos",
    connection: "close",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  const socket = connect(port, "127.0.0.1");
  const received: Buffer[] = [];
  let ended: Wire["ended"] = "left";
  socket.once("end", () => (ended = "fin"));
  socket.once("error", () => (ended = "rst"));
  if (!paused) socket.on("data", (bytes) => received.push(bytes));
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${text}`);
  if (leaveAfterMs !== undefined) setTimeout(() => socket.destroy(), leaveAfterMs);
  await once(socket, "close").catch(() => once(socket, "close"));
  return { ...readResponse(Buffer.concat(received)), ended };
}

function readResponse(bytes: Buffer): Omit<Wire, "ended"> {
  const headEnd = bytes.indexOf("\r\n\r\n");
  const head = bytes.toString("latin1", 0, Math.max(headEnd, 0)).replaceAll("\r\n", "\n");
  if (!head.startsWith("HTTP/1.1 ")) return { status: 0, head: "", body: bytes, chunks: [], whole: false };
  const rest = bytes.subarray(headEnd + 4);
  const status = Number(head.slice(9, 12));
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (length !== undefined) return { status, head, body: rest, chunks: [rest], whole: rest.length === Number(length) };
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const lineEnd = rest.indexOf("\r\n", position);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(rest.toString("latin1", position, lineEnd), 16);
    if (!(size > 0)) return { status, head, body: Buffer.concat(chunks), chunks, whole: size === 0 };
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
}

/** The JSON of every event, `[DONE]` and what is broken left out. */
// oxlint-disable-next-line typescript/no-explicit-any -- a wire shape that each test reads as it needs
export function eventsOf(body: Buffer): any[] {
  return [...body.toString().matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));
}
