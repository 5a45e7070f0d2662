import type { BoundedCopy } from "../bounded-copy.ts";
import type { StreamReading } from "../../dialects/stream.ts";
import type { StreamAnswer } from "./stream-intake.ts";

const READ_BYTES = 64 * 1024;

/** Reads a stream that nobody listens to to its end. Resolves with what was noticed in it; null where it was cut. */
export async function drainStream(answer: StreamAnswer, copy: BoundedCopy): Promise<StreamReading | null> {
  const { rest } = answer;
  const reading = answer.form === "native" ? answer.meter.reading : answer.transcoder.reading;
  if (rest === null) return reading;
  const take = (bytes: Uint8Array): void => {
    if (answer.form === "pumped") return void answer.transcoder.push(bytes);
    answer.meter.push(answer.decoder.decode(bytes, { stream: true }));
    copy.add(bytes);
  };
  try {
    const reader = rest.getReader({ mode: "byob" });
    while (!reading.terminated && reading.failure === null) {
      const { done, value } = await reader.read(new Uint8Array(READ_BYTES));
      if (done) break;
      take(value);
    }
    void reader.cancel().catch(() => undefined);
  } catch {
    return null;
  }
  if (answer.form === "native") answer.meter.end();
  else answer.transcoder.end();
  return reading;
}
