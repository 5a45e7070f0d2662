import { expect } from "vitest";
import type { Run } from "../../../src/pipeline/deps.ts";
import { Watchdog } from "../../../src/pipeline/watchdog.ts";

/** A request's surroundings for stages that only think: time stands still, and nothing is waited for. */
export function createRun({ path, startedAt }: Pick<Run, "path" | "startedAt">): Run {
  return {
    requestId: "00000000-0000-4000-8000-000000000000",
    callerRequestId: "mine",
    headers: new Map(),
    path,
    clientCertificate: null,
    origin: { country: "", continent: "" },
    query: "",
    dialect: "openai-chat",
    startedAt,
    now: () => startedAt,
    draw: () => 0.5,
    sleep: () => expect.unreachable(),
    watchdog: new Watchdog(),
    signal: new AbortController().signal,
    defer: () => undefined,
  };
}
