/**
 * The one clock of a request: what may not take too long is armed here, one thing at a time. Timers are among the dearest
 * things a Worker can create, so a platform timer is started only when none that fires early enough is pending, and none is
 * cleared: it ends with the request.
 */
export class Watchdog {
  #onExpire: (() => void) | null = null;
  #expiresAt = 0;
  #wakesAt = Number.POSITIVE_INFINITY;
  #beat: Beat | null = null;

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
    const now = Date.now();
    this.#expiresAt = now + ms;
    const wakesAt = Math.min(this.#expiresAt, this.#beat?.nextAt ?? Number.POSITIVE_INFINITY);
    if (wakesAt < this.#wakesAt) this.#schedule(wakesAt - now);
  }

  /** While something is waited for, `work` is called every `ms`, or a little later. */
  every(ms: number, work: () => void): void {
    this.#beat = { ms, work, nextAt: Date.now() + ms };
  }

  #schedule(ms: number): void {
    this.#wakesAt = Date.now() + ms;
    setTimeout(() => this.#wake(), Math.ceil(ms));
  }

  #wake(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (this.#onExpire === null) return;
    const now = Date.now();
    if (this.#beat !== null && now >= this.#beat.nextAt) {
      this.#beat = { ...this.#beat, nextAt: now + this.#beat.ms };
      this.#beat.work();
    }
    if (now < this.#expiresAt) this.#schedule(Math.min(this.#expiresAt, this.#beat?.nextAt ?? Number.POSITIVE_INFINITY) - now);
    else this.#onExpire();
  }
}

interface Beat {
  readonly ms: number;
  readonly work: () => void;
  /** Epoch milliseconds. */
  readonly nextAt: number;
}
