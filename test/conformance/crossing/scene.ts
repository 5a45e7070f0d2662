import type { IncomingHttpHeaders } from "node:http";
import type { BackendName } from "./backends.ts";
import type { Told } from "./told.ts";
import type { Refusal, WireReply } from "./wires/wire.ts";

/** What an upstream does with one request. */
export type Reply =
  /** The whole answer, in the form that was asked for. */
  | { readonly kind: "told"; readonly told: Told }
  /** The same, made for the request. */
  | { readonly kind: "made"; readonly make: (received: Received) => Told }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "raw"; readonly reply: WireReply }
  | {
      readonly kind: "stream";
      readonly events: readonly Buffer[];
      /** After the last event: the proper end, a cut connection, or silence for ever. */
      readonly ending: "end" | "cut" | "hang";
      /** Silence before the last event. */
      readonly pauseMs?: number;
    }
  /** An event over and over, with a pause before each. */
  | { readonly kind: "drip"; readonly first: readonly Buffer[]; readonly event: Buffer; readonly pauseMs: number }
  /** An event over and over, as fast as it is taken, up to so many bytes. */
  | { readonly kind: "flood"; readonly first: readonly Buffer[]; readonly event: Buffer; readonly bytes: number };

/** One request as an upstream got it. */
export interface Received {
  readonly backend: string;
  /** Path and query under the backend's own root. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** `text`, parsed; null where it is not JSON. */
  readonly body: unknown;
}

/** One test's own corner of the upstreams: requests that hold its marker are answered as it says. */
export interface Scene {
  /** Stands in the request's text. */
  readonly marker: string;
  readonly received: readonly Received[];
  /** Answers that nobody waited for to the end. */
  readonly abandoned: number;
  /** What a flood's reader has taken. */
  readonly floodedBytes: number;
}

/** What each backend does, request after request; the last one goes on for ever. Without one it says something plain. */
export type Script = Readonly<Partial<Record<BackendName, Reply | readonly Reply[]>>>;
