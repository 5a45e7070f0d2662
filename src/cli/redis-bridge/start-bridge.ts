import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Redis } from "ioredis";
import { tryParse } from "../try-parse.ts";
import { type CommandAnswer, CommandRunner } from "./run-commands.ts";

export interface BridgeOptions {
  /** `redis://[user:password@]host:port[/database]`, or `rediss:` with TLS. */
  readonly redisUrl: string;
  /** What clients must present. */
  readonly token: string;
  readonly host?: string;
  /** 0 or nothing: any free port. */
  readonly port?: number;
}

/** A bridge that is serving. */
export interface RunningBridge {
  readonly url: string;
  /** Resolves once it has stopped. */
  readonly exited: Promise<void>;
  close(): Promise<void>;
}

const MOST_BYTES = 8 * 1024 * 1024;
/** Redis that does not answer for so long is said to be away. */
const COMMAND_MS = 5_000;

/**
 * Upstash's REST protocol in front of a plain Redis or Valkey: `POST /` takes one command, `/pipeline` and `/multi-exec` several.
 * Bound to loopback unless told otherwise. @see https://upstash.com/docs/redis/features/restapi
 */
export async function startRedisBridge({ host = "127.0.0.1", port = 0, redisUrl, token }: BridgeOptions): Promise<RunningBridge> {
  const redis = new Redis(redisUrl, {
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: true,
    lazyConnect: true,
  });
  // What goes wrong is told to whoever asks.
  redis.on("error", () => undefined);
  const runner = new CommandRunner(redis);
  const server = createServer((request, response) => {
    answer(request, { runner, token }).then(
      ({ body, status }) => send(response, status, body),
      // Whoever left in the middle of a request hears nothing more.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const exited = new Promise<void>((resolve) => server.once("close", resolve));
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host}:${bound}`,
    exited,
    close: async () => {
      redis.disconnect();
      server.close();
      server.closeAllConnections();
      await exited;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Serving {
  readonly runner: CommandRunner;
  readonly token: string;
}

async function answer(request: IncomingMessage, { runner, token }: Serving): Promise<Answer> {
  if (!isSame(request.headers.authorization ?? "", `Bearer ${token}`)) return refused(401, "Unauthorized");
  if (request.method !== "POST") return refused(405, "Send commands by POST.");
  const path = request.url ?? "/";
  if (!PATHS.has(path)) return refused(404, `There is no ${path}.`);
  const text = await readText(request);
  if (text === null) return refused(413, `A request may have at most ${MOST_BYTES} bytes.`);
  const isList = path !== "/";
  const commands = readCommands(text, isList);
  if (commands === null) return refused(400, "ERR expected a JSON array for each command");
  const isBase64 = request.headers["upstash-encoding"] === "base64";
  const answers = await runner.run(commands, { isBase64, isAtomic: path === "/multi-exec" });
  if (!Array.isArray(answers)) return { status: 400, body: answers };
  if (isList) return { status: 200, body: answers };
  const [first = NO_ANSWER] = answers;
  return { status: "error" in first ? 400 : 200, body: first };
}

const PATHS: ReadonlySet<string> = new Set(["/", "/pipeline", "/multi-exec"]);
const NO_ANSWER: CommandAnswer = { error: "ERR there was no answer" };

function refused(status: number, error: string): Answer {
  return { status, body: { error } };
}

/** Commands as lists of text; null for anything else. */
function readCommands(text: string, isList: boolean): readonly (readonly string[])[] | null {
  const parsed = tryParse((): unknown => JSON.parse(text));
  if (parsed.kind === "refused") return null;
  const value = isList ? parsed.value : [parsed.value];
  if (!Array.isArray(value) || !value.every(isCommand)) return null;
  return value.map((command) => command.map((part) => (typeof part === "string" ? part : (JSON.stringify(part) ?? ""))));
}

function isCommand(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

/** Reads to the end, so that the answer is heard and the connection goes on; null for what is too long. */
async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  return bytes > MOST_BYTES ? null : Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** In the same time whatever is presented. */
function isSame(presented: string, expected: string): boolean {
  const [left, right] = [presented, expected].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
