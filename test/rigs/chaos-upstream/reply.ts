import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptLog, AttemptRecord } from "./attempts.ts";
import { ClientLeftError } from "./request-body.ts";

/** One response, written piece by piece. Every wait ends with a ClientLeftError as soon as the client is gone. */
export interface Reply {
  /** Puts the head on the wire at once; without a content-length the body is chunked. */
  head(status: number, headers: OutgoingHttpHeaders): void;
  /** One socket write; resolves when the kernel took the bytes, which is also the backpressure. */
  send(bytes: string | Uint8Array): Promise<void>;
  pause(milliseconds: number): Promise<void>;
  /** Aborted as soon as the client is gone. */
  readonly gone: AbortSignal;
  /** Ends the response as HTTP asks. */
  end(): void;
  /** Ends the connection in the middle of the response; `lastWords` go out as they are, without framing. */
  cut(how: "rst" | "fin", lastWords?: string): void;
}

export function createReply(response: ServerResponse, record: AttemptRecord, log: AttemptLog): Reply {
  const gone = new AbortController();
  const { socket } = response.req;
  response.once("finish", () => log.settle(record, "finished"));
  response.once("close", () => {
    log.settle(record, "client-left");
    gone.abort();
  });

  return {
    head: (status, headers) => {
      record.status = status;
      response.writeHead(status, headers);
      response.flushHeaders();
    },
    send: async (bytes) => {
      if (gone.signal.aborted) throw new ClientLeftError();
      await new Promise<void>((resolve, reject) => {
        response.write(bytes, (cause) => (cause ? reject(new ClientLeftError("", { cause })) : resolve()));
      });
      log.noteSent(record, bytes);
    },
    gone: gone.signal,
    pause: async (milliseconds) => {
      if (milliseconds === 0) return;
      await sleep(milliseconds, undefined, { signal: gone.signal }).catch((cause: unknown) => {
        throw new ClientLeftError("", { cause });
      });
    },
    end: () => {
      response.end();
    },
    cut: (how, lastWords) => {
      log.settle(record, "reset-by-us");
      if (lastWords !== undefined) {
        log.noteSent(record, lastWords);
        socket.write(lastWords);
      }
      if (how === "fin") socket.destroySoon();
      else resetWithoutFin(socket);
    },
  };
}

/** `resetAndDestroy` alone ends the writable side first: a FIN precedes the RST, and clients act on the FIN. */
function resetWithoutFin(socket: Socket): void {
  // oxlint-disable-next-line no-underscore-dangle -- the documented hook of a Writable
  socket._final = (callback) => callback();
  socket.resetAndDestroy();
}
