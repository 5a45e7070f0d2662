import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closeNow, HOST, listen } from "../../rigs/chaos-upstream/listen.ts";
import { BACKENDS, type BackendName, wireOf } from "./backends.ts";
import { answerOther } from "./other-operations.ts";
import { play } from "./play.ts";
import type { Received, Reply, Scene, Script } from "./scene.ts";
import { PLAIN } from "./told.ts";

/** Every backend behind one port, each under its name. */
export interface ScriptedUpstream {
  readonly url: string;
  /** Opens a corner of its own: requests with its marker in their text are answered by this script. */
  stage(script?: Script): Scene;
  /** Requests without a marker: there should be none. */
  readonly strays: readonly Received[];
  close(): Promise<void>;
}

/** What is written while a scene is played. */
export interface Stage {
  readonly marker: string;
  readonly received: Received[];
  readonly script: Map<string, Reply[]>;
  abandoned: number;
  floodedBytes: number;
}

const MARKER = /crossing-\d+-x/;
const TOLD: Reply = { kind: "told", told: PLAIN };

export async function startUpstream(): Promise<ScriptedUpstream> {
  const stages = new Map<string, Stage>();
  const strays: Received[] = [];
  const server = createServer({ keepAlive: true }, (request, response) => {
    serve(request, response).catch((cause: unknown) => response.destroy(cause instanceof Error ? cause : undefined));
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await receive(request);
    const stage = stages.get(MARKER.exec(received.path + received.text)?.[0] ?? "");
    if (stage === undefined) {
      strays.push(received);
      response.writeHead(404).end();
      return;
    }
    stage.received.push(received);
    await answer({ received, response, stage });
  };
  const port = await listen(server, 0);
  return {
    url: `http://${HOST}:${port}`,
    strays,
    stage: (script = {}) => {
      const entries = Object.entries(script).map(([name, replies]): [string, Reply[]] => [name, [replies].flat()]);
      const marker = `crossing-${stages.size + 1}-x`;
      const stage: Stage = { marker, received: [], script: new Map(entries), abandoned: 0, floodedBytes: 0 };
      stages.set(marker, stage);
      return stage;
    },
    close: () => closeNow(server),
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a request's stream yields buffers
  const text = Buffer.concat(chunks).toString();
  const [, backend = "", path = ""] = /^\/([^/]+)(.*)$/.exec(request.url ?? "") ?? [];
  return { backend, path, headers: request.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // What is looked at is what came, not whether it was right.
  }
}

export interface Exchange {
  readonly received: Received;
  readonly response: ServerResponse;
  readonly stage: Stage;
}

async function answer(exchange: Exchange): Promise<void> {
  const { received, response, stage } = exchange;
  const { backend, path } = received;
  if (!isBackend(backend)) {
    response.writeHead(404).end();
    return;
  }
  const scripted = stage.script.get(backend) ?? [];
  const reply = (scripted.length > 1 ? scripted.shift() : scripted[0]) ?? TOLD;
  const other = reply.kind === "told" ? answerOther(path, received.body) : null;
  if (other === null) return play(reply, exchange, wireOf(backend));
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(other));
}

function isBackend(name: string): name is BackendName {
  return Object.hasOwn(BACKENDS, name);
}
