import type { IncomingMessage, ServerResponse } from "node:http";
import type { AttemptLog, AttemptRecord } from "./attempts.ts";
import type { Behaviour, Fault } from "./behaviour.ts";
import { FAULTS, MisuseError, parseModel } from "./behaviour.ts";
import { buildChatBody, buildChatEvents } from "./chat-answer.ts";
import { buildEmbeddingsBody } from "./embeddings-answer.ts";
import type { Exchange } from "./exchange.ts";
import { deliver } from "./exchange.ts";
import { faultsBeforeAnswer, openAiError } from "./faults-before-answer.ts";
import { faultsOfTarget } from "./faults-of-target.ts";
import { faultsWithinAnswer } from "./faults-within-answer.ts";
import { decodeChatRequest, decodeEmbeddingsRequest } from "./model-request.ts";
import type { ModelTable } from "./model-table.ts";
import type { Reply } from "./reply.ts";
import { createReply } from "./reply.ts";
import { ClientLeftError, parseJson, readBody } from "./request-body.ts";
import type { Script } from "./script.ts";

const faults: Readonly<Record<Fault, (exchange: Exchange) => Promise<void>>> = {
  ...faultsBeforeAnswer,
  ...faultsWithinAnswer,
  ...faultsOfTarget,
};

/** What all attempts share. */
export interface Rig {
  readonly log: AttemptLog;
  readonly script: Script;
  readonly models: ModelTable;
  readonly hangSeconds: number;
  readonly redirectUrl: string;
}

interface Answer {
  readonly model: string;
  readonly streams: boolean;
  readonly frames: (behaviour: Behaviour) => readonly string[];
}

/** Logs one request and answers it: as the script says, else as was switched on for its model, else as its name says. */
export async function serveAttempt(request: IncomingMessage, response: ServerResponse, rig: Rig): Promise<void> {
  const [pathname = ""] = (request.url ?? "").split("?");
  const record = rig.log.open(request, pathname);
  const reply = createReply(response, record, rig.log);
  try {
    const body = await readBody(request);
    rig.log.noteBody(record, body);
    await answerAttempt({ route: `${request.method ?? ""} ${pathname}`, body, record, reply, rig }).catch((error: unknown) => {
      if (!(error instanceof MisuseError)) throw error;
      return refuse(reply, 400, error.message);
    });
  } catch (error) {
    if (!(error instanceof ClientLeftError)) throw error;
  }
}

async function answerAttempt(attempt: {
  readonly route: string;
  readonly body: string;
  readonly record: AttemptRecord;
  readonly reply: Reply;
  readonly rig: Rig;
}): Promise<void> {
  const { body, route, record, reply, rig } = attempt;
  const answer = chooseAnswer(route, body);
  if (answer === null) return refuse(reply, 404, `Nothing is served at ${route}.`);
  record.model = answer.model;
  record.stream = answer.streams;
  const { base, behaviour: named } = parseModel(answer.model);
  const scripted = answer.model === "" ? null : rig.script.next();
  const behaviour = scripted ?? rig.models.faultOf(base) ?? named;
  const model = rig.models.stateOf(base);
  record.fault = behaviour.fault;
  const exchange: Exchange = {
    behaviour,
    reply,
    streams: answer.streams,
    frames: answer.frames(behaviour).map((frame) => Buffer.from(frame)),
    credential: record.credential,
    model,
    elapsedMs: record.startedAtMs - model.sinceMs,
    hangSeconds: rig.hangSeconds,
    redirectUrl: rig.redirectUrl,
  };
  await (behaviour.fault === null ? deliver(exchange) : faults[behaviour.fault](exchange));
}

/** @throws MisuseError when the body is not what the route takes. */
function chooseAnswer(route: string, body: string): Answer | null {
  switch (route) {
    case "POST /v1/chat/completions": {
      const chat = decodeChatRequest(parseJson(body));
      const { model, stream: streams } = chat;
      return {
        model,
        streams,
        frames: (bent) => (streams ? buildChatEvents(chat, bent) : [buildChatBody(chat, bent)]),
      };
    }
    case "POST /v1/embeddings": {
      const embeddings = decodeEmbeddingsRequest(parseJson(body));
      return { model: embeddings.model, streams: false, frames: (bent) => [buildEmbeddingsBody(embeddings, bent)] };
    }
    case "GET /v1/models":
      return { model: "", streams: false, frames: () => [JSON.stringify(MODEL_LIST)] };
    default:
      return null;
  }
}

const MODEL_LIST = {
  object: "list",
  data: ["chaos-ok", ...FAULTS.map((fault) => `chaos-${fault}`)].map((id) => ({
    id,
    object: "model",
    created: 1_790_000_000,
    owned_by: "chaos-upstream",
  })),
};

async function refuse(reply: Reply, status: number, message: string): Promise<void> {
  const body = JSON.stringify(openAiError(`chaos-upstream: ${message}`, "invalid_request_error"));
  reply.head(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  await reply.send(body);
  reply.end();
}
