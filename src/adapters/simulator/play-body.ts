/** A body as it will arrive: chunks, the pauses before them, and how it ends. */
export interface BodyScript {
  /** At least one; none of them empty. */
  readonly chunks: readonly string[];
  readonly firstDelayMs: number;
  readonly intervalMs: number;
  readonly end: "close" | "error" | "never";
}

const encoder = new TextEncoder();
const nothing = (): void => {};

/**
 * A byte stream that plays the script as it is read. It fails with the signal's reason when that fires; a cancelled or
 * failed stream leaves no timer behind. `error` comes one read after the last chunk: an error at once would discard it.
 */
export function playBody(script: BodyScript, signal: AbortSignal): ReadableStream<Uint8Array> {
  let position = 0;
  let stopped = false;
  let stopWaiting = nothing;
  let detach = nothing;

  const stop = (): void => {
    stopped = true;
    detach();
    stopWaiting();
  };
  const wait = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = delayMs === Number.POSITIVE_INFINITY ? null : setTimeout(resolve, delayMs);
      stopWaiting = () => {
        if (timer !== null) clearTimeout(timer);
        resolve();
      };
    });

  return new ReadableStream({
    type: "bytes",
    start(controller) {
      const onAbort = (): void => {
        stop();
        controller.error(signal.reason);
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      detach = () => signal.removeEventListener("abort", onAbort);
    },
    async pull(controller) {
      const chunk = script.chunks[position];
      if (chunk === undefined) {
        if (script.end === "never") return wait(Number.POSITIVE_INFINITY);
        stop();
        return controller.error(new Error("Network connection lost."));
      }
      const delayMs = position === 0 ? script.firstDelayMs : script.intervalMs;
      if (delayMs > 0) await wait(delayMs);
      if (stopped) return;
      position += 1;
      controller.enqueue(encoder.encode(chunk));
      if (position < script.chunks.length || script.end !== "close") return;
      stop();
      controller.close();
    },
    cancel: stop,
  });
}
