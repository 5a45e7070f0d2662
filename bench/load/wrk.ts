import { join } from "node:path";
import { z } from "zod";
import { runToEnd } from "../processes.ts";
import { requireDebianTool } from "../tools.ts";
import { benchDirectory } from "../workspace.ts";

const totalsSchema = z.strictObject({
  requests: z.number(),
  durationMicros: z.number(),
  bytes: z.number().describe("Heads and bodies of all answers."),
  p50Micros: z.number(),
  p99Micros: z.number(),
  connectErrors: z.number(),
  readErrors: z.number(),
  writeErrors: z.number(),
  statusErrors: z.number().describe("Answers with a status from 400 on."),
  timeouts: z.number(),
});

export interface WrkRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyFile: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface WrkRun {
  readonly requests: number;
  readonly rps: number;
  readonly bytesPerAnswer: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/** A closed loop of POSTs from one thread. @throws Error when an answer was not a 2xx or a connection broke */
export async function runWrk(request: WrkRequest): Promise<WrkRun> {
  const headers = Object.entries({ "content-type": "application/json", ...request.headers });
  const stdout = await runToEnd({
    name: "wrk",
    file: await requireDebianTool("wrk"),
    args: [
      "--threads=1",
      `--connections=${request.connections}`,
      `--duration=${request.seconds}s`,
      "--timeout=10s",
      `--script=${join(benchDirectory, "load", "post.lua")}`,
      ...headers.map(([name, value]) => `--header=${name}: ${value}`),
      request.url,
      "--",
      request.bodyFile,
    ],
    timeoutSeconds: request.seconds + 30,
  });
  const totals = totalsSchema.parse(JSON.parse(stdout.split("\n").find((line) => line.startsWith("{")) ?? "null"));
  refuseErrors(totals);
  return {
    requests: totals.requests,
    rps: totals.requests / (totals.durationMicros / 1e6),
    bytesPerAnswer: totals.bytes / totals.requests,
    p50Micros: totals.p50Micros,
    p99Micros: totals.p99Micros,
  };
}

function refuseErrors(totals: z.output<typeof totalsSchema>): void {
  const { connectErrors, readErrors, writeErrors, statusErrors, timeouts, requests } = totals;
  const errors = Object.entries({ connectErrors, readErrors, writeErrors, statusErrors, timeouts }).filter(
    ([, count]) => count > 0,
  );
  if (errors.length > 0)
    throw new Error(`wrk saw ${errors.map(([name, count]) => `${count} ${name}`).join(", ")} in ${requests} answers.`);
  if (requests === 0) throw new Error("wrk got no answer at all.");
}
