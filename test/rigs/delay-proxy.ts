import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { HOST, listen } from "./chaos-upstream/listen.ts";

export interface DelayProxy {
  /** To be used instead of the target's. */
  readonly url: string;
  /** What comes from now on takes so much longer. Bytes keep their order where none are under way, or it only takes longer. */
  takeMs(delayMs: number): void;
  /** Destroys every connection. */
  close(): Promise<void>;
}

/**
 * A way to `targetUrl` that takes longer: half of `delayMs` there and half of it back, so that a question and its answer take
 * `delayMs` more. Bytes keep their order, ends and resets come as late as bytes do; what waits here is not bounded.
 */
export async function startDelayProxy(targetUrl: string, delayMs: number): Promise<DelayProxy> {
  const { hostname: host, port } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let currentMs = delayMs;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const target = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // `close` follows, and is what gets passed on.
      socket.on("error", () => undefined);
    }
    relay(client, target, () => Math.ceil(currentMs / 2));
    relay(target, client, () => Math.floor(currentMs / 2));
  });
  const listening = await listen(server, 0);
  return {
    url: `http://${HOST}:${listening}`,
    takeMs: (next) => {
      currentMs = next;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Timers of one length fire in the order in which they were set. */
function relay(from: Socket, to: Socket, delayMs: () => number): void {
  const later = (pass: () => void): void => void setTimeout(pass, delayMs());
  from.on("data", (bytes) => later(() => to.write(bytes)));
  from.once("end", () => later(() => to.end()));
  from.once("close", () => later(() => to.destroySoon()));
}
