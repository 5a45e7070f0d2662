/**
 * The one clock of a request: what may not take too long is armed here, one thing at a time. Timers are among the dearest
 * things a Worker can create, so a platform timer is started only when none that fires early enough is pending, and none is
 * cleared: it ends with the request.
 */
export class Watchdog {
  #onExpire: (() => void) | null = null;
  #expiresAt = 0;
  #wakesAt = Number.POSITIVE_INFINITY;

  /** `work`, or "late" after `ms`. `work` goes on unheard; whoever started it ends it. */
  within<Value>(ms: number, work: Promise<Value>): Promise<Value | "late"> {
    return new Promise((resolve, reject) => {
      const onExpire = (): void => resolve("late");
      const disarm = (): void => {
        if (this.#onExpire === onExpire) this.#onExpire = null;
      };
      this.#onExpire = onExpire;
      this.extend(ms);
      work.then(resolve, reject);
      work.then(disarm, disarm);
    });
  }

  /** Gives what is waited for another `ms` from now. */
  extend(ms: number): void {
    this.#expiresAt = Date.now() + ms;
    if (this.#expiresAt < this.#wakesAt) this.#schedule(ms);
  }

  #schedule(ms: number): void {
    this.#wakesAt = Date.now() + ms;
    setTimeout(() => this.#wake(), Math.ceil(ms));
  }

  #wake(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (this.#onExpire === null) return;
    const restMs = this.#expiresAt - Date.now();
    if (restMs > 0) this.#schedule(restMs);
    else this.#onExpire();
  }
}
