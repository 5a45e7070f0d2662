import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launched } from "./processes.ts";

const READY_TIMEOUT_MS = 20_000;

/** A port of 127.0.0.1 that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

/** Waits until the server answers HTTP at all. @throws Error with its output when it ends or takes 20 seconds; it is stopped then */
export async function waitUntilServing(origin: string, server: Launched): Promise<void> {
  try {
    await waitForAnswer(origin, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function waitForAnswer(origin: string, server: Launched): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.hasExited()) throw new Error(`The server ended while starting: ${server.output().trim().slice(-600)}`);
    if (await answers(origin)) return;
    await sleep(50);
  }
  throw new Error(`No answer within ${READY_TIMEOUT_MS / 1_000} s: ${server.output().trim().slice(-600)}`);
}

async function answers(origin: string): Promise<boolean> {
  try {
    const response = await fetch(origin, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
