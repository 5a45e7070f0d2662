/** The shares of reliability.md 6.7 (a). */
export const FAMILIES = ["field", "type", "structure", "encoding", "head", "auth"] as const;
export type Family = (typeof FAMILIES)[number];

/** `2xx-or-4xx` is legal but odd, or depends on what the upstream's own API allows. */
export type Expectation = "4xx" | "2xx-or-4xx";

export type HeaderRow = readonly [name: string, value: string];

/** One raw request and what may come back for it. Header values are latin-1. */
export interface FuzzRequest {
  readonly family: Family;
  readonly title: string;
  readonly expect: Expectation;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly HeaderRow[];
  readonly body: Uint8Array;
}

/** What a family's maker says; the rest is filled with what a correct client sends. */
export type Deviation = Pick<FuzzRequest, "title" | "expect"> & Partial<Omit<FuzzRequest, "family" | "title" | "expect">>;

export interface FuzzTarget {
  readonly host: string;
  readonly key: string;
  /** A virtual model that the key may use and that answers healthily. */
  readonly model: string;
}

const utf8 = new TextEncoder();

export function encodeText(text: string): Uint8Array {
  return utf8.encode(text);
}

/** Headers of a correct client, less those a deviation replaces. */
export function baseHeaders(target: Pick<FuzzTarget, "host" | "key">, ...without: readonly string[]): readonly HeaderRow[] {
  const rows: readonly HeaderRow[] = [
    ["host", target.host],
    ["connection", "close"],
    ["authorization", `Bearer ${target.key}`],
    ["content-type", "application/json"],
    ["user-agent", "fairlead-fuzz/1"],
  ];
  return rows.filter(([name]) => !without.includes(name));
}

/** The bytes on the wire. A request with a body gets its true length unless the headers frame it themselves. */
export function encodeRequest(request: Pick<FuzzRequest, "method" | "path" | "headers" | "body">): Uint8Array {
  const isFramed = request.headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const length: readonly HeaderRow[] =
    isFramed || (request.method === "GET" && request.body.length === 0) ? [] : [["content-length", String(request.body.length)]];
  const lines = [...request.headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\n${lines}\r\n`, "latin1"), request.body]);
}
