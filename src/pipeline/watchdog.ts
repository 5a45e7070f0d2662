/**
 * The one clock of a request: what may not take too long is armed here, one thing at a time. Timers are among the dearest
 * things a Worker can create, so a platform timer is started only when none that fires early enough is pending, and none is
 * cleared: it ends with the request.
 */
export interface Watchdog {
  /** `work`, or "late" after `ms`. `work` goes on; whoever started it ends it. */
  within<Value>(ms: number, work: Promise<Value>): Promise<Value | "late">;
  /** Gives what is waited for another `ms` from now. */
  extend(ms: number): void;
}

interface Timers {
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
}

export function createWatchdog(timers: Timers): Watchdog {
  let onExpire: (() => void) | null = null;
  let expiresAt = 0;
  let wakesAt = Number.POSITIVE_INFINITY;

  const wake = (): void => {
    wakesAt = Number.POSITIVE_INFINITY;
    if (onExpire === null) return;
    const restMs = expiresAt - timers.now();
    if (restMs > 0) schedule(restMs);
    else onExpire();
  };
  const schedule = (ms: number): void => {
    wakesAt = timers.now() + ms;
    timers.setTimeout(wake, Math.ceil(ms));
  };
  const extend = (ms: number): void => {
    expiresAt = timers.now() + ms;
    if (expiresAt < wakesAt) schedule(ms);
  };
  return {
    within: async (ms, work) => {
      const late = new Promise<"late">((resolve) => {
        onExpire = () => resolve("late");
      });
      extend(ms);
      try {
        return await Promise.race([work, late]);
      } finally {
        onExpire = null;
      }
    },
    extend,
  };
}
