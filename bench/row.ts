/** One line of the benchmark: one scenario seen through one subject. A figure the scenario does not measure is absent. */
export interface BenchRow {
  readonly scenario: string;
  readonly subject: string;
  /** Answers a second, the median round. */
  readonly rps?: number;
  /** Against the bare Worker in the same round, median of the rounds: of `rps` where there is one, else of CPU time. */
  readonly ratio?: number;
  /** First and third quartile of the same ratios. */
  readonly ratioQuartiles?: readonly [number, number];
  /** User and system time of the subject's processes for one request or one stream. */
  readonly cpuMicros?: number;
  readonly p50Micros?: number;
  readonly p99Micros?: number;
  /** From sending the request to the first byte of the body. */
  readonly firstByteMs?: number;
  /** Reads at least 5 ms apart in which a stream arrived; 1 means it was held back and sent whole. */
  readonly deliveries?: number;
  /** Resident memory of the subject's processes at its highest. */
  readonly rssMegabytes?: number;
  /** What the upstream had pushed beyond what a stalled client had read. */
  readonly upstreamAheadMegabytes?: number;
  /** From the client's leaving to the end of the upstream's connection; absent when the stream ran to its end. */
  readonly upstreamClosedMs?: number;
  /** How many routes the policy has. */
  readonly routes?: number;
  /** From the text of the policy files to the compiled policy. */
  readonly compileMillis?: number;
  /** From a request's model to the order of its targets; the same ten models whatever the number of routes. */
  readonly decisionNanos?: number;
  /** The same with every route as busy as any other. */
  readonly decisionSpreadNanos?: number;
  /** Of a route with a hundred targets. */
  readonly decisionWideNanos?: number;
  /** How many entries are searched. */
  readonly entries?: number;
  /** Of their vectors. */
  readonly dimensions?: number;
  /** One search of all entries. */
  readonly scanMicros?: number;
  /** What the index holds of memory, by its own account. */
  readonly heldMegabytes?: number;
  /** What a reader of the figures has to know, such as that they are a lower bound. */
  readonly notes?: readonly string[];
  /** Why there are no figures although there should be: the run fails. */
  readonly failure?: string;
  /** Why the subject could not take part on this machine: the run goes on. */
  readonly missing?: string;
}
