import { ClientLeftError } from "./request-body.ts";

export interface Limits {
  /** Requests served at once. */
  readonly slots: number;
  /** Requests that may wait, first come, first served. */
  readonly queue: number;
}

/** The places of one target. */
export interface Capacity {
  /**
   * Resolves once there is a place, with what gives it back; with null at once when as many wait as may.
   * @throws ClientLeftError when `gone` comes first
   */
  enter(limits: Limits, gone: AbortSignal): Promise<(() => void) | null>;
}

export function createCapacity(): Capacity {
  let serving = 0;
  let waiting: readonly (() => void)[] = [];
  const leave = (): void => {
    const [next, ...rest] = waiting;
    waiting = rest;
    if (next === undefined) serving -= 1;
    else next();
  };
  return {
    enter: async ({ queue, slots }, gone) => {
      if (serving < slots) {
        serving += 1;
        return leave;
      }
      if (waiting.length >= queue) return null;
      await new Promise<void>((resolve, reject) => {
        waiting = [...waiting, resolve];
        const giveUp = (): void => {
          waiting = waiting.filter((other) => other !== resolve);
          reject(new ClientLeftError());
        };
        gone.addEventListener("abort", giveUp, { once: true });
      });
      return leave;
    },
  };
}
