const READ_BYTES = 64 * 1024;

export type CappedRead =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "too_large" }
  | { readonly kind: "timeout" }
  | { readonly kind: "broken"; readonly cause: unknown };

interface CapOptions {
  readonly limitBytes: number;
  /** Longest silence between two reads; `totalMs` bounds all of them. Milliseconds. */
  readonly idleMs: number;
  readonly totalMs: number;
}

/** Reads a byte stream to its end within the caps; a stream that breaks them is cancelled. */
export async function readCapped(stream: ReadableStream<Uint8Array>, options: CapOptions): Promise<CappedRead> {
  const reader = stream.getReader({ mode: "byob" });
  const clock = createClock(options);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const read = await Promise.race([reader.read(new Uint8Array(READ_BYTES)), clock.wait()]);
      if (read === "timeout") return await abandon(reader, { kind: "timeout" });
      if (read.done) return { kind: "read", bytes: join(chunks, length) };
      length += read.value.byteLength;
      if (length > options.limitBytes) return await abandon(reader, { kind: "too_large" });
      chunks.push(read.value);
    }
  } catch (cause) {
    return { kind: "broken", cause };
  } finally {
    clock.stop();
  }
}

async function abandon(reader: ReadableStreamBYOBReader, result: CappedRead): Promise<CappedRead> {
  await reader.cancel().catch(() => undefined);
  return result;
}

function createClock({ idleMs, totalMs }: CapOptions): { wait(): Promise<"timeout">; stop(): void } {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (ms: number): Promise<"timeout"> => new Promise((resolve) => timers.push(setTimeout(() => resolve("timeout"), ms)));
  const total = after(totalMs);
  return {
    wait: () => {
      for (const timer of timers.splice(1)) clearTimeout(timer);
      return Promise.race([total, after(idleMs)]);
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
