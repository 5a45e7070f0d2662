import type { Redis } from "ioredis";
import { encodeResult } from "./encode-result.ts";
import { ScriptRewriter } from "./rewrite-scripts.ts";

/** One command's answer in Upstash's protocol. */
export type CommandAnswer = { readonly result: unknown } | { readonly error: string };

export interface RunOptions {
  readonly isBase64: boolean;
  /** All of them or none, and nothing in between. */
  readonly isAtomic: boolean;
}

/** They would change the one connection that all requests share, or hold it up. */
const REFUSED = new Set(
  "AUTH HELLO SELECT QUIT RESET CLIENT MULTI EXEC DISCARD WATCH UNWATCH SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR BLPOP BRPOP BLMOVE BLMPOP BRPOPLPUSH BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF SHUTDOWN DEBUG".split(
    " ",
  ),
);

/** Commands in Upstash's form, on one connection to a plain Redis or Valkey. */
export class CommandRunner {
  readonly #redis: Redis;
  readonly #rewriter = new ScriptRewriter();

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** One answer for each command, in order; one error alone where they were to be carried out together and cannot be. */
  async run(
    commands: readonly (readonly string[])[],
    { isAtomic, isBase64 }: RunOptions,
  ): Promise<readonly CommandAnswer[] | CommandAnswer> {
    if (!isAtomic) return Promise.all(commands.map((command) => this.#runOne(command, isBase64)));
    const refused = commands.map(whyRefused).find((why) => why !== null);
    if (refused !== undefined) return { error: refused ?? "" };
    const multi = this.#redis.multi();
    for (const command of commands) {
      const [name = "", ...args] = this.#rewriter.rewrite(command);
      multi.callBuffer(name, ...args);
    }
    const results = await multi.exec().catch((error: unknown) => messageOf(error));
    if (typeof results === "string") return { error: results };
    return (results ?? []).map(([error, result]) =>
      error === null ? { result: encodeResult(result, isBase64) } : { error: error.message },
    );
  }

  async #runOne(command: readonly string[], isBase64: boolean): Promise<CommandAnswer> {
    const refused = whyRefused(command);
    if (refused !== null) return { error: refused };
    const [name = "", ...args] = this.#rewriter.rewrite(command);
    try {
      return { result: encodeResult(await this.#redis.callBuffer(name, ...args), isBase64) };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }
}

function whyRefused([name = ""]: readonly string[]): string | null {
  return REFUSED.has(name.toUpperCase()) ? `ERR '${name}' needs a connection of its own, which the bridge does not give` : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
