import { createHash } from "node:crypto";

/** `@upstash/ratelimit` begins its scripts with a flag that only Upstash knows; elsewhere the line is refused. */
const UPSTASH_LINE = /^#!lua flags=allow-key-locking\r?\n?/;

/** Sends scripts that are written for Upstash as Redis and Valkey take them. */
export class ScriptRewriter {
  /** What a script is called there, by what its sender calls it. */
  readonly #names = new Map<string, string>();

  /** The command as it is to be sent, its name in capitals. */
  rewrite([written = "", ...args]: readonly string[]): readonly string[] {
    const name = written.toUpperCase();
    const [first = "", second = "", ...rest] = args;
    switch (name) {
      case "EVAL":
      case "EVAL_RO":
        return [name, this.#strip(first), ...args.slice(1)];
      case "EVALSHA":
      case "EVALSHA_RO":
        return [name, this.#names.get(first) ?? first, ...args.slice(1)];
      case "SCRIPT":
        return first.toUpperCase() === "LOAD" ? [name, first, this.#strip(second), ...rest] : [name, ...args];
      default:
        return [name, ...args];
    }
  }

  #strip(script: string): string {
    const stripped = script.replace(UPSTASH_LINE, "");
    if (stripped !== script) this.#names.set(nameOf(script), nameOf(stripped));
    return stripped;
  }
}

/** As Redis names scripts. */
function nameOf(script: string): string {
  return createHash("sha1").update(script).digest("hex");
}
