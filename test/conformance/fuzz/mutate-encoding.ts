import { gzipSync } from "node:zlib";
import { baseHeaders, type Deviation, encodeText, type FuzzTarget, type HeaderRow } from "./fuzz-request.ts";
import type { Random } from "./random.ts";
import { createBody, type Endpoint, renderBody } from "./valid-body.ts";

const ENDPOINTS: readonly Endpoint[] = ["/v1/chat/completions", "/v1/embeddings"];

/** Bytes that are not UTF-8: lone, overlong, surrogate, beyond Unicode, cut. */
const BAD_UTF8: readonly (readonly number[])[] = [
  [0xff],
  [0xfe, 0xff],
  [0x80],
  [0xc0, 0xaf],
  [0xc1, 0xbf],
  [0xe0, 0x80, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80],
  [0xe2, 0x82],
];

const BAD_TYPES = [
  "text/plain",
  "application/json; charset=utf-7",
  "application/json; charset=utf-16",
  "application/json;charset=iso-8859-1",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonp",
  "text/json",
  "application/json, text/plain",
  "*/*",
  "",
];

const ODD_TYPES = [
  "application/json; charset=utf-8",
  "Application/JSON",
  'application/json;charset="UTF-8"',
  "application/json; charset=utf8",
  "application/json; profile=x",
  "application/json;",
];

const BAD_CODINGS = ["gzip", "br", "deflate", "zstd", "compress", "gzip, gzip, br", "x-gzip", "gzip;q=1", "unknown"];

type Mutate = (text: string, random: Random, rows: Rows) => Deviation;
/** Headers of a correct client, with or without a content type. */
interface Rows {
  readonly typed: readonly HeaderRow[];
  readonly untyped: readonly HeaderRow[];
}

const MUTATIONS: readonly Mutate[] = [
  (text, random) => {
    const bad = random.pick(BAD_UTF8);
    const at = text.indexOf('"', text.indexOf(":")) + 1;
    return refused(
      `invalid UTF-8 ${Buffer.from(bad).toString("hex")}`,
      Buffer.concat([encodeText(text.slice(0, at)), Uint8Array.from(bad), encodeText(text.slice(at))]),
    );
  },
  (text, random) =>
    refused(
      "invalid UTF-8 in a key",
      Buffer.concat([encodeText('{"a'), Uint8Array.from(random.pick(BAD_UTF8)), encodeText(`":1,${text.slice(1)}`)]),
    ),
  (text) => refused("UTF-16LE", Buffer.from(text, "utf16le")),
  (text) => refused("UTF-16LE with a mark", Buffer.from(`\ufeff${text}`, "utf16le")),
  (text) => refused("UTF-16BE", Buffer.from(text, "utf16le").swap16()),
  (text) =>
    refused(
      "UTF-32LE",
      Buffer.concat([...text].map((character) => Uint8Array.of((character.codePointAt(0) ?? 0) & 0xff, 0, 0, 0))),
    ),
  (text) => refused("UTF-8 with a mark", encodeText(`\ufeff${text}`)),
  (text) => refused("latin-1", Buffer.from(text.replace("{", '{"x":"caf\u00e9",'), "latin1")),
  (text, random, { untyped }) => {
    const type = random.pick(BAD_TYPES);
    return { ...refused(`content type ${type}`, encodeText(text)), headers: [...untyped, ["content-type", type]] };
  },
  (text, _random, { untyped }) => ({ ...refused("no content type", encodeText(text)), headers: untyped }),
  (text, random, { untyped }) => {
    const type = random.pick(ODD_TYPES);
    return {
      title: `content type ${type}`,
      expect: "2xx-or-4xx",
      headers: [...untyped, ["content-type", type]],
      body: encodeText(text),
    };
  },
  (text, random, { typed }) => {
    const coding = random.pick(BAD_CODINGS);
    const body = random.chance(0.5) ? gzipSync(text) : encodeText(text);
    return { ...refused(`content encoding ${coding}`, body), headers: [...typed, ["content-encoding", coding]] };
  },
  (text) => refused("gzip that nobody announced", gzipSync(text)),
  (text, _random, { typed }) => ({
    title: "identity",
    expect: "2xx-or-4xx",
    headers: [...typed, ["content-encoding", "identity"]],
    body: encodeText(text),
  }),
  (text, random, { typed }) => ({
    title: "small chunks",
    expect: "2xx-or-4xx",
    headers: [...typed, ["transfer-encoding", "chunked"]],
    body: chunk(encodeText(text), 1 + random.below(40)),
  }),
  (text, random, { typed }) => {
    const size = random.pick(["zz", "-1", "ffffffffffffffffff", "0x5", ""]);
    return {
      ...refused(`chunk size ${size}`, encodeText(`${size}\r\n${text}\r\n0\r\n\r\n`)),
      headers: [...typed, ["transfer-encoding", "chunked"]],
    };
  },
  (text, _random, { typed }) => ({
    ...refused("a content length that is too small", encodeText(text)),
    headers: [...typed, ["content-length", String(text.length >> 1)]],
  }),
];

/** A good body in bytes, a media type or a framing that is not what it says. @see attacks B03–B05, B16–B19 */
export function mutateEncoding(random: Random, target: FuzzTarget): Deviation {
  const endpoint = random.pick(ENDPOINTS);
  const text = renderBody(createBody(endpoint, target.model, random));
  const rows: Rows = { typed: baseHeaders(target), untyped: baseHeaders(target, "content-type") };
  return { path: endpoint, ...random.pick(MUTATIONS)(text, random, rows) };
}

function refused(title: string, body: Uint8Array): Deviation {
  return { title, expect: "4xx", body };
}

function chunk(bytes: Uint8Array, size: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    const part = bytes.subarray(start, start + size);
    parts.push(encodeText(`${part.length.toString(16)}\r\n`), part, encodeText("\r\n"));
  }
  return Buffer.concat([...parts, encodeText("0\r\n\r\n")]);
}
