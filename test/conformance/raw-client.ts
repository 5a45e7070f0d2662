import { connect } from "node:net";

/** A response as it came over a socket of its own. `status` is 0 when no whole response came. */
export interface RawResponse {
  readonly status: number;
  /** Lower-case names; a repeated header keeps all its values, joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded from chunks and UTF-8. */
  readonly body: string;
  /** Everything received, byte for byte, as latin-1: also what came after the first response. */
  readonly wire: string;
  /** `answered` also when the server then kept the connection open. */
  readonly ended: "answered" | "closed-early" | "timeout";
  readonly elapsedMs: number;
}

export interface RawOptions {
  readonly timeoutMs?: number;
  /** Half-close after the last byte, as a client does that will send no more. */
  readonly halfClose?: boolean;
  /** Wait this long after a whole response, to see whether another one follows. */
  readonly lingerMs?: number;
}

/** Sends bytes nobody has checked and reads one response (interim 1xx responses are skipped). Never rejects. */
export function sendRaw(url: string, bytes: Uint8Array | string, options: RawOptions = {}): Promise<RawResponse> {
  const { timeoutMs = 5_000, halfClose = false, lingerMs = 0 } = options;
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  const received = createReceipt();
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let timedOut = false;
    let answeredAt: number | null = null;
    const timer = setTimeout(() => {
      timedOut = true;
      socket.destroy();
    }, timeoutMs);
    socket.on("data", (chunk) => {
      received.add(chunk);
      if (answeredAt !== null || !received.isWhole()) return;
      answeredAt = performance.now();
      setTimeout(() => socket.destroy(), lingerMs);
    });
    socket.on("end", () => socket.destroy());
    // A server that refuses a large body closes while we still write: the error is ours, the response may be whole.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(timer);
      const { whole, ...response } = received.parse();
      const ended = whole ? "answered" : timedOut ? "timeout" : "closed-early";
      resolve({
        ...response,
        status: whole ? response.status : 0,
        ended,
        elapsedMs: (answeredAt ?? performance.now()) - startedAt,
      });
    });
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    if (halfClose) socket.end();
  });
}

const LAST_CHUNK = Buffer.from("0\r\n\r\n");
/** Of an answer longer than this only the beginning and the last read are kept; its chunks are not taken apart. */
const KEPT_BYTES = 1_000_000;

/** What has been received so far. */
function createReceipt(): { add(chunk: Buffer): void; isWhole(): boolean; parse(): Parsed } {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let last = Buffer.alloc(0);
  const isLong = (): boolean => keptBytes > KEPT_BYTES;
  const endsLikeChunks = (): boolean => last.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  const parse = (): Parsed => {
    const parsed = parseResponse(Buffer.concat(isLong() ? [...kept, last] : kept));
    return isLong() ? { ...parsed, body: parsed.wire, whole: endsLikeChunks() } : parsed;
  };
  return {
    add: (chunk) => {
      if (!isLong()) {
        kept.push(chunk);
        keptBytes += chunk.length;
      }
      last = Buffer.concat([last.subarray(-1_024), chunk]);
    },
    isWhole: () => (isLong() ? endsLikeChunks() : parse().whole),
    parse,
  };
}

type Parsed = Omit<RawResponse, "ended" | "elapsedMs"> & { readonly whole: boolean };

function parseResponse(bytes: Buffer): Parsed {
  const wire = bytes.toString("latin1");
  const start = skipInterim(wire);
  const headEnd = wire.indexOf("\r\n\r\n", start);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(wire.slice(start, start + 12))?.[1] ?? 0);
  if (headEnd < 0 || status === 0) return { status: 0, headers: {}, body: "", wire, whole: false };
  const headers = parseHeaders(wire.slice(start, headEnd));
  const rest = bytes.subarray(headEnd + 4);
  const { content, whole } =
    headers["transfer-encoding"] === "chunked" ? joinChunks(rest) : cutToLength(rest, headers["content-length"]);
  return { status, headers, body: content.toString("utf8"), wire, whole };
}

function skipInterim(wire: string): number {
  let start = 0;
  while (/^HTTP\/1\.1 1\d\d/.test(wire.slice(start, start + 12))) {
    const end = wire.indexOf("\r\n\r\n", start);
    if (end < 0) break;
    start = end + 4;
  }
  return start;
}

function parseHeaders(head: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const line of head.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** Without a length the body lasts until the connection closes; nothing here needs more than "all there is". */
function cutToLength(rest: Buffer, length: string | undefined): { readonly content: Buffer; readonly whole: boolean } {
  const size = Number(length ?? 0);
  return { content: rest.subarray(0, length === undefined ? rest.length : size), whole: rest.length >= size };
}

function joinChunks(rest: Buffer): { readonly content: Buffer; readonly whole: boolean } {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = rest.indexOf("\r\n", position);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(rest.toString("latin1", position, lineEnd), 16);
    if (!(size > 0) || lineEnd + 2 + size > rest.length) return { content: Buffer.concat(chunks), whole: size === 0 };
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 4 + size;
  }
}
