import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchRequest } from "../requests.ts";
import type { BenchRow } from "../row.ts";
import type { RunningSubject } from "../subjects/subject.ts";
import type { Upstream } from "../upstream.ts";

/** How long a run takes, and where it says what it is doing. */
export interface Effort {
  readonly rounds: number;
  /** Of one subject's turn in one round. */
  readonly seconds: number;
  log(message: string): void;
}

/** What is running while a scenario measures. */
export interface Rig extends Effort {
  readonly upstream: Upstream;
  /** Those that could be started and gave the right answers, the baseline first. */
  readonly subjects: readonly RunningSubject[];
  /** Folder of the compiled programs. */
  readonly binaries: string;
  readonly directory: string;
}

/** Sends requests through subjects, which are started afresh for each scenario. */
export interface GatewayScenario {
  readonly kind: "gateway";
  readonly name: string;
  readonly about: string;
  /** Names of the subjects it is for; absent means every gateway. */
  readonly subjects?: readonly string[];
  /** Each is answered once, and compared with the stub's own answer, before anything is measured. */
  readonly requests: readonly BenchRequest[];
  measure(rig: Rig): Promise<readonly BenchRow[]>;
}

/** Measures code in this process; needs no subject and no stub. */
export interface OfflineScenario {
  readonly kind: "offline";
  readonly name: string;
  readonly about: string;
  measure(effort: Effort): Promise<readonly BenchRow[]>;
}

export type Scenario = GatewayScenario | OfflineScenario;

/** Writes a request as the subject is to be sent it. Returns the file. */
export function writeBody(rig: Rig, subject: Pick<RunningSubject, "name" | "modelFor">, request: BenchRequest): string {
  const file = join(rig.directory, `${request.name}-${subject.name}.json`);
  writeFileSync(file, request.body(subject.modelFor(request.upstreamModel)));
  return file;
}
