import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A status and, of the headers, what was asked for. */
export interface Told {
  readonly status: number;
  readonly header: (name: string) => string | null;
}

/** One connection that stays open: an answer after the other. */
export interface OpenConnection {
  ask(request: Buffer): Promise<Told>;
  close(): void;
}

const HEAD_ENDS = "\r\n\r\n";

/**
 * A connection to a router. A client library takes as long for a request as the router does: where thousands are sent at once
 * from the machine that the routers run on, that would be what is measured.
 */
export async function keepOpen(url: string): Promise<OpenConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.setNoDelay(true);
  return {
    ask: (request) => {
      const told = readAnswer(socket);
      socket.write(request);
      return told;
    },
    close: () => socket.destroy(),
  };
}

/** A chat request as it goes over the wire. */
export function chatBytes(url: string, key: string, body: object): Buffer {
  const text = JSON.stringify(body);
  const head = [
    "POST /v1/chat/completions HTTP/1.1",
    `Host: ${new URL(url).host}`,
    `Authorization: Bearer ${key}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}${HEAD_ENDS}${text}`);
}

/** Rejects where the connection ends before the answer. */
function readAnswer(socket: Socket): Promise<Told> {
  return new Promise((resolve, reject) => {
    let received = "";
    const take = (chunk: Buffer): void => {
      received += chunk.toString("latin1");
      const headEnd = received.indexOf(HEAD_ENDS);
      if (headEnd === -1) return;
      const head = received.slice(0, headEnd);
      const header = (name: string): string | null => new RegExp(`\\r\\n${name}: ([^\\r]*)`, "i").exec(head)?.[1] ?? null;
      if (!isWhole(received.slice(headEnd + HEAD_ENDS.length), header("content-length"))) return;
      end();
      resolve({ status: Number(head.split(" ", 2)[1]), header });
    };
    const fail = (): void => {
      end();
      reject(new Error("The router closed the connection."));
    };
    const end = (): void => void socket.off("data", take).off("close", fail);
    socket.on("data", take).once("close", fail);
  });
}

function isWhole(body: string, announced: string | null): boolean {
  return announced === null ? body.endsWith("0\r\n\r\n") : body.length >= Number(announced);
}
