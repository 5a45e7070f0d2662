import type { IncomingMessage, ServerResponse } from "node:http";
import { MisuseError } from "./behaviour.ts";
import type { ChaosUpstream } from "./chaos-upstream.ts";
import { ClientLeftError, parseJson, readBody } from "./request-body.ts";
import { decodeSteps } from "./script.ts";

export const CONTROL_PREFIX = "/__chaos";

/** The rig's own API for other processes, as JSON: `attempts`, `fault`, `live`, `redirect-hits`, `reset`, `script`, and where it listens. */
export async function serveControl(request: IncomingMessage, response: ServerResponse, upstream: ChaosUpstream): Promise<void> {
  try {
    const body = await readBody(request);
    sendJson(response, 200, runControl(`${request.method ?? ""} ${request.url ?? ""}`, body, upstream));
  } catch (error) {
    if (error instanceof ClientLeftError) return;
    if (!(error instanceof MisuseError)) throw error;
    sendJson(response, 400, { error: error.message });
  }
}

function runControl(route: string, body: string, upstream: ChaosUpstream): unknown {
  switch (route) {
    case `GET ${CONTROL_PREFIX}`:
      return { url: upstream.url, refusedUrl: upstream.refusedUrl };
    case `GET ${CONTROL_PREFIX}/attempts`:
      return upstream.attempts();
    case `GET ${CONTROL_PREFIX}/live`:
      return { live: upstream.live() };
    case `GET ${CONTROL_PREFIX}/redirect-hits`:
      return upstream.redirectHits();
    case `POST ${CONTROL_PREFIX}/fault`: {
      const { fault, model } = decodeSwitch(parseJson(body));
      upstream.setFault(model, fault);
      return {};
    }
    case `POST ${CONTROL_PREFIX}/reset`:
      upstream.reset();
      return {};
    case `POST ${CONTROL_PREFIX}/script`:
      upstream.script(decodeSteps(parseJson(body)));
      return {};
    default:
      throw new MisuseError(`No such control: ${route}.`);
  }
}

function decodeSwitch(json: unknown): { readonly model: string; readonly fault: string | null } {
  if (typeof json === "object" && json !== null && "model" in json && "fault" in json) {
    const { fault, model } = json;
    if (typeof model === "string" && (typeof fault === "string" || fault === null)) return { model, fault };
  }
  throw new MisuseError('A switch is {"model": "name", "fault": "F02"}, or null for no fault.');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
