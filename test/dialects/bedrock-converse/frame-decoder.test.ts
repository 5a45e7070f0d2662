import { EventStreamCodec, Int64, type MessageHeaders, type MessageHeaderValue } from "@smithy/eventstream-codec";
import * as fc from "fast-check";
import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../../src/dialects/bedrock-converse/crc32.ts";
import { FrameDecoder } from "../../../src/dialects/bedrock-converse/frame-decoder.ts";
import { encodeFrame } from "../../rigs/eventstream-encoder.ts";
import { runsOf } from "../../judges/runs.ts";
import { inPieces } from "./in-pieces.ts";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(typeof bytes === "string" ? bytes : Buffer.from(bytes)).toString("utf8"),
  (text) => new Uint8Array(Buffer.from(text, "utf8")),
);

interface Decoded {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

interface Run {
  readonly frames: readonly Decoded[];
  readonly decoder: FrameDecoder;
}

function decode(pieces: readonly Uint8Array[]): Run {
  const decoder = new FrameDecoder();
  const frames = pieces.flatMap((piece) =>
    decoder.push(piece).map(({ headers, payload }) => ({ headers: Object.fromEntries(headers), payload: hex(payload) })),
  );
  return { frames, decoder };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

const int = (bits: number): fc.Arbitrary<number> => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const headerValue: fc.Arbitrary<MessageHeaderValue> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }).map((value) => ({ type: "string", value }) as const) },
  fc.boolean().map((value) => ({ type: "boolean", value }) as const),
  int(8).map((value) => ({ type: "byte", value }) as const),
  int(16).map((value) => ({ type: "short", value }) as const),
  int(32).map((value) => ({ type: "integer", value }) as const),
  int(40).map((value) => ({ type: "long", value: Int64.fromNumber(value) }) as const),
  bytes(30).map((value) => ({ type: "binary", value }) as const),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((value) => ({ type: "timestamp", value }) as const),
  fc.uuid().map((value) => ({ type: "uuid", value }) as const),
);
const headers: fc.Arbitrary<MessageHeaders> = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), headerValue), { maxLength: 6, selector: ([name]) => name })
  // The reference keeps headers in plain objects, where this name cannot stand.
  .map((entries) => Object.fromEntries(entries.filter(([name]) => name !== "__proto__")));
const message = fc.record({ headers, body: fc.oneof({ weight: 9, arbitrary: bytes(200) }, bytes(9000)) });
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5000 })), {
  minLength: 1,
  maxLength: 12,
});

describe("FrameDecoder", () => {
  it("gives what the reference codec encodes and decodes, in any split", { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), sizes, (messages, cuts) => {
        const encoded = messages.map((one) => codec.encode(one));
        const wanted = encoded
          .map((one) => codec.decode(one))
          .map((one) => ({
            headers: Object.fromEntries(
              Object.entries(one.headers).flatMap(([name, header]) => (header.type === "string" ? [[name, header.value]] : [])),
            ),
            payload: hex(one.body),
          }));
        const { decoder, frames } = decode(inPieces(Buffer.concat(encoded), cuts));
        expect(frames).toEqual(wanted);
        expect([decoder.failure, decoder.midFrame]).toEqual([null, false]);
      }),
      { numRuns: runsOf(2000, 50_000) },
    );
  });

  it("is fed by an encoder that writes what the reference codec writes", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }), fc.string({ unit: "grapheme", maxLength: 20 })),
        bytes(50),
        (names, body) => {
          const typed = Object.fromEntries(
            Object.entries(names).map(([name, value]) => [name, { type: "string", value } as const]),
          );
          expect(hex(encodeFrame(names, body))).toBe(hex(codec.encode({ headers: typed, body })));
        },
      ),
    );
  });

  it("notices any bit that flips, wherever it is", { timeout: 300_000 }, () => {
    const frame = encodeFrame({ ":event-type": "messageStart" }, '{"role":"assistant"}');
    fc.assert(
      fc.property(fc.nat(frame.length * 8 - 1), sizes, (bit, cuts) => {
        const broken = Buffer.from(frame);
        broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const { decoder, frames } = decode(inPieces(broken, cuts));
        expect(frames).toEqual([]);
        expect(decoder.failure !== null || decoder.midFrame).toBe(true);
      }),
      { numRuns: runsOf(1000, 20_000) },
    );
  });

  it("never throws at bytes that are no frames", { timeout: 300_000 }, () => {
    const lengths = fc.tuple(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff)).map(([total, head]) => withPrelude(total, head));
    fc.assert(
      fc.property(fc.oneof(bytes(100), lengths), bytes(60), sizes, (start, rest, cuts) => {
        decode(inPieces(Buffer.concat([start, rest]), cuts));
      }),
      { numRuns: runsOf(1000, 20_000) },
    );
  });

  it("gives the frames before a broken one and none after it", () => {
    const good = encodeFrame({ ":event-type": "a" }, "1");
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(bad.length - 5) ^ 1, bad.length - 5);
    const { decoder, frames } = decode([Buffer.concat([good, good, bad, good]), good]);
    expect(frames).toHaveLength(2);
    expect(decoder.failure).toBe("The checksum of a frame does not match.");
  });

  it.each([
    ["a frame longer than 16 MiB", 16 * 1024 * 1024 + 1, 0, "longer than 16777216 bytes"],
    ["headers longer than 128 KiB", 1024 * 1024, 128 * 1024 + 1, "longer than 131072 bytes"],
    ["headers longer than their frame", 100, 85, "contradict"],
    ["a frame shorter than its prelude", 8, 0, "contradict"],
  ])("refuses %s as soon as the prelude says so", (_, total, ...[head, words]) => {
    expect(decode([withPrelude(total, head)]).decoder.failure).toContain(words);
  });

  it("refuses headers that are none, though their checksum is right", () => {
    for (const header of [
      [5, 65],
      [1, 65, 10],
      [1, 65, 7, 0, 9, 65],
      [1, 65, 4, 0],
      [1, 65, 6, 1],
    ]) {
      const { decoder } = decode([sealed(Buffer.from(header))]);
      expect(decoder.failure, String(header)).toBe("The headers of a frame are broken.");
    }
  });

  it("is inside a frame exactly while one is incomplete", () => {
    const frame = encodeFrame({}, "x");
    const decoder = new FrameDecoder();
    const seen = [frame.subarray(0, 3), frame.subarray(3), frame, frame.subarray(0, 12), frame.subarray(12)].map((piece) => {
      decoder.push(piece);
      return decoder.midFrame;
    });
    expect(seen).toEqual([true, false, false, true, false]);
  });

  it("checks with the same CRC-32 as zlib", () => {
    fc.assert(
      fc.property(bytes(300), (value) => {
        expect(crc32(value, 0, value.length)).toBe(zlibCrc32(value));
      }),
    );
  });
});

function withPrelude(total: number, head: number): Buffer {
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(total, 0);
  prelude.writeUInt32BE(head, 4);
  prelude.writeUInt32BE(zlibCrc32(prelude.subarray(0, 8)), 8);
  return prelude;
}

/** A frame of these headers, whatever they are, without payload. */
function sealed(header: Buffer): Buffer {
  const body = Buffer.concat([withPrelude(16 + header.length, header.length), header]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(zlibCrc32(body), 0);
  return Buffer.concat([body, checksum]);
}
