import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { MisuseError } from "./behaviour.ts";

/** The client closed its socket; whatever was still planned for it is off. */
export class ClientLeftError extends Error {
  override readonly name = "ClientLeftError";
}

/** @throws ClientLeftError when the client leaves before its request is whole. */
export async function readBody(request: IncomingMessage): Promise<string> {
  try {
    return await text(request);
  } catch (cause) {
    throw new ClientLeftError("The client left while it was sending.", { cause });
  }
}

/** @throws MisuseError when the text is not JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new MisuseError("The body is not JSON.", { cause });
  }
}
