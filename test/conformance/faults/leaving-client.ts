import { connect } from "node:net";
import type { RunningRouter } from "../../../src/cli/local-router.ts";

/** How a client goes: it closes, or it resets the connection. */
export type Leave = "close" | "reset";

interface LeaveOptions {
  readonly leave: Leave;
  /** How long it stays after the first content. */
  readonly staysMs: number;
}

export interface Left {
  /** Of the request it left, as the response head named it. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly leftAt: number;
}

/** Asks for a stream over a raw socket, waits for content and hangs up. @throws Error when no content comes */
export function askAndLeave(
  router: Pick<RunningRouter, "url" | "key">,
  body: object,
  { leave, staysMs }: LeaveOptions,
): Promise<Left> {
  const { hostname, port } = new URL(router.url);
  const text = JSON.stringify({ ...body, stream: true });
  const head = [
    "POST /v1/chat/completions HTTP/1.1",
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${router.key}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let heard = "";
    const go = (): void => {
      const leftAt = Date.now();
      if (leave === "close") socket.destroy();
      else socket.resetAndDestroy();
      resolve({ requestId: /^x-fairlead-request-id: (\S+)\r$/im.exec(heard)?.[1] ?? "", leftAt });
    };
    const listen = (chunk: Buffer): void => {
      heard += chunk.toString("latin1");
      if (!heard.includes('"content":"Answer')) return;
      socket.off("data", listen);
      socket.resume();
      setTimeout(go, staysMs);
    };
    socket.on("data", listen);
    socket.once("error", reject);
    socket.once("end", () => reject(new Error(`The router hung up first: ${heard.slice(0, 500)}`)));
    socket.write(`${head.join("\r\n")}\r\n\r\n${text}`);
  });
}
