import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";

export const HOST = "127.0.0.1";

/** Listens on the loopback interface; 0 takes any free port. Resolves to the port. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  await once(server, "listening");
  return addressOf(server).port;
}

/** Closes a server and destroys its sockets, busy ones too. */
export async function closeNow(server: HttpServer): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/**
 * A port that refuses connections until `release`. It is the local end of an idle connection to `anchorPort`: merely noted and
 * closed, it could be handed to the next server that asks for any free port.
 */
export async function holdRefusedPort(anchorPort: number): Promise<{ readonly port: number; release(): void }> {
  const probe = createServer();
  const port = await listen(probe, 0);
  probe.close();
  await once(probe, "close");
  const holder = connect({ host: HOST, port: anchorPort, localPort: port });
  await once(holder, "connect");
  return { port, release: () => void holder.destroy() };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a TCP port.");
  return address;
}
