import type { Upstream } from "../upstream.ts";

/** Something that takes chat completions and forwards them to the stub. */
export interface Subject {
  readonly name: string;
  readonly about: string;
  /** Starts it. @throws MissingToolError when it cannot be had on this machine; any other error fails the run */
  start(request: StartRequest): Promise<RunningSubject>;
}

export interface StartRequest {
  readonly upstream: Upstream;
  /** An empty folder of its own, gone after the run. */
  readonly directory: string;
}

export interface RunningSubject {
  readonly name: string;
  /** Where chat completions are posted. */
  readonly url: string;
  /** What a request for one of the stub's models is sent with. */
  headersFor(upstreamModel: string): Readonly<Record<string, string>>;
  /** The roots of its processes; their descendants are counted with them. */
  readonly pids: readonly number[];
  /** What it calls one of the stub's models. */
  modelFor(upstreamModel: string): string;
  /** It answers the repeated request itself: its upstream is not asked. */
  readonly answersAlone?: boolean;
  close(): Promise<void>;
}

/** The name of the subject that all ratios are taken against. */
export const BASELINE = "bare";
