import { join } from "node:path";
import { z } from "zod";
import { waitUntilServing } from "./ports.ts";
import { launch } from "./processes.ts";

const streamSchema = z.strictObject({
  model: z.string(),
  sentBytes: z.number(),
  endedAtMs: z.number().describe("Milliseconds since 1970; 0 while the stream runs."),
  closedEarly: z.boolean().describe("The connection was closed before the stream's end."),
  reachedItsCaps: z.boolean().describe("An endless stream that the stub itself ended."),
});
const statsSchema = z.strictObject({ requests: z.number(), streams: z.array(streamSchema) });

export type UpstreamStream = z.output<typeof streamSchema>;

/** The running stub that every subject forwards to. */
export interface Upstream {
  readonly origin: string;
  /** Requests so far, and the paced and endless streams since the last `forgetStreams`, oldest first. */
  stats(): Promise<z.output<typeof statsSchema>>;
  forgetStreams(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the compiled stub on a free port. */
export async function startUpstream(binaries: string): Promise<Upstream> {
  const stub = await launch({ name: "the upstream stub", file: join(binaries, "stub"), args: [] });
  const origin = await readOrigin(stub.output);
  await waitUntilServing(`${origin}/stats`, stub);
  return {
    origin,
    stats: async () => statsSchema.parse(await (await fetch(`${origin}/stats`)).json()),
    forgetStreams: async () => {
      await (await fetch(`${origin}/stats`, { method: "DELETE" })).arrayBuffer();
    },
    close: () => stub.stop(),
  };
}

async function readOrigin(output: () => string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const address = /^listening on (\S+)$/m.exec(output())?.[1];
    if (address !== undefined) return `http://${address}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The upstream stub did not say where it listens: ${output()}`);
}
