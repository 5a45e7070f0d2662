import { setTimeout as sleep } from "node:timers/promises";
import { parseApiKey } from "../../../src/core/api-key.ts";
import { runLoad } from "../../rigs/load/run-load.ts";
import { chatBody, codeOf } from "../routing/ask-chat.ts";
import { INSIDE, startKeysLab } from "./keys-lab.ts";

export interface RotationOptions {
  readonly processes: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly rotateEverySeconds: number;
  readonly overlapSeconds: number;
  /** What a call to the objects takes longer, in milliseconds. */
  readonly delayMs: number;
}

export interface RotationFigures {
  readonly asked: number;
  readonly failed: number;
  /** Codes of those that failed. */
  readonly codes: readonly string[];
  readonly rotations: number;
  /** Keys whose overlap is over, and those of them that are refused. */
  readonly retired: { readonly keys: number; readonly refused: number };
}

/** Callers that share the key; each takes the new one at a moment of its own within the overlap. */
const CALLERS = 50;
/** Of the overlap, left for requests under way. */
const MARGIN = 0.8;

/** A key that is rotated again and again under a steady load. */
export async function runRotation(options: RotationOptions): Promise<RotationFigures> {
  const { delayMs, overlapSeconds, perSecond, processes, rotateEverySeconds, seconds } = options;
  const lab = await startKeysLab({ processes, delayMs });
  try {
    const keys = [...(await lab.keys("create", "--consumer", "app"))];
    let rotatedAt = Date.now();
    const keyOf = (index: number): string => {
      const takesOverAt = rotatedAt + ((index % CALLERS) / CALLERS) * overlapSeconds * 1_000 * MARGIN;
      return (Date.now() < takesOverAt ? keys.at(-2) : undefined) ?? keys.at(-1) ?? "";
    };
    for (let process = 0; process < processes; process += 1) await lab.ask(keyOf(0), process);
    const load = runLoad({ urls: lab.urls(), key: keyOf, perSecond, seconds, body: () => chatBody(INSIDE) });
    for (let after = rotateEverySeconds; after < seconds - overlapSeconds; after += rotateEverySeconds) {
      await sleep(rotateEverySeconds * 1_000);
      const id = parseApiKey(keys.at(-1) ?? "")?.id ?? "";
      keys.push(...(await lab.keys("rotate", id, "--overlap", `${overlapSeconds}s`)));
      rotatedAt = Date.now();
    }
    const results = await load;
    await sleep(overlapSeconds * 1_000);
    const retired = keys.slice(0, -1);
    const codes = await Promise.all(retired.map(async (key, index) => codeOf(await lab.ask(key, index % processes))));
    const failed = results.filter(({ status, whole }) => status !== 200 || !whole);
    return {
      asked: results.length,
      failed: failed.length,
      codes: [...new Set(failed.map(({ errorCode, status }) => errorCode ?? `status ${status}`))],
      rotations: keys.length - 1,
      retired: { keys: retired.length, refused: codes.filter((code) => code === "expired_api_key").length },
    };
  } finally {
    await lab.close();
  }
}
