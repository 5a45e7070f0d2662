import { join } from "node:path";
import { z } from "zod";
import { runToEnd } from "../processes.ts";

const summarySchema = z.strictObject({
  complete: z.number(),
  incomplete: z.number(),
  problems: z.array(z.string()).nullable(),
  events: z.number(),
  deliveries: z.number(),
  firstByteMs: z.number(),
  firstByteP99Ms: z.number(),
  durationMs: z.number(),
});

export type StreamsRun = z.output<typeof summarySchema>;

export interface StreamsRequest {
  /** Folder of the compiled client. */
  readonly binaries: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyFile: string;
  readonly streams: number;
  /** Events each stream has at least. */
  readonly events: number;
  readonly timeoutSeconds: number;
}

/** Opens streams within half a second and reads each to its end; figures are medians over them. @throws Error unless every stream came whole */
export async function runStreams(request: StreamsRequest): Promise<StreamsRun> {
  const headers = Object.entries({ "content-type": "application/json", ...request.headers });
  const stdout = await runToEnd({
    name: "the stream client",
    file: join(request.binaries, "streams"),
    args: [
      `-url=${request.url}`,
      `-body=${request.bodyFile}`,
      `-streams=${request.streams}`,
      `-spread=${request.streams > 1 ? "500ms" : "0s"}`,
      `-timeout=${request.timeoutSeconds}s`,
      ...headers.map(([name, value]) => `-header=${name}: ${value}`),
    ],
    timeoutSeconds: request.timeoutSeconds + 10,
  });
  const run = summarySchema.parse(JSON.parse(stdout));
  if (run.incomplete > 0)
    throw new Error(`${run.incomplete} of ${request.streams} streams did not come whole: ${run.problems?.join("; ")}`);
  if (run.events < request.events) throw new Error(`Streams had ${run.events} events instead of ${request.events}.`);
  return run;
}
