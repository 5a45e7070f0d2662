import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { RunningRouter } from "../../../src/cli/local-router.ts";
import type { Caller } from "./callers/caller.ts";

/** A stream that its caller holds in its hands: it may be left, or not be read. */
export interface OpenStream {
  /** Of the request, as the response's head named it. */
  readonly id: string;
  /** Closes the connection, or resets it: a close alone shows only when more is written. */
  leave(how: "close" | "reset"): void;
}

/** Asks for a stream and resolves when its first content has come; nothing more of it is read. @throws Error when none comes */
export function openStream(
  { key, url }: RunningRouter,
  caller: Caller,
  { model, prompt }: { readonly model: string; readonly prompt: string },
): Promise<OpenStream> {
  const text = JSON.stringify(caller.body({ model, prompt, stream: true }));
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  };
  return new Promise((resolve, reject) => {
    const call = request(url + caller.path(model, true), { method: "POST", agent: false, headers });
    call.once("error", reject);
    call.once("response", (response) => {
      response.once("data", () => {
        response.pause();
        resolve(held(call, response));
      });
      response.on("error", () => undefined);
    });
    call.end(text);
  });
}

function held(call: ClientRequest, response: IncomingMessage): OpenStream {
  const id = response.headers["x-fairlead-request-id"];
  const leave: OpenStream["leave"] = (how) => void (how === "close" ? call.destroy() : call.socket?.resetAndDestroy());
  return { id: typeof id === "string" ? id : "", leave };
}
