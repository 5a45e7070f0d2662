/** What every promise of the area `main` is held against; nothing else in `tools/prove/` holds a threshold. */
export const MAIN_LIMITS = {
  nodeMajor: 20,
  testMinutes: 10,
  checkMinutes: 4,

  faultRuns: 20,
  streamCuts: 5_000,
  leavingClients: 200,
  retryStorm: { seconds: 60, perSecond: 100 },
  malformedRequests: { count: 2_000, answerMs: 1_000 },
  brokenFiles: 50,
  mutations: 1_000,
  /** Of every random draw here, so that a run can be repeated. */
  seed: 20_261_121,

  bench: { rounds: 5, seconds: 4 },
  /** Of bare. */
  jsonRatio: { atLeast: 0.75, aim: 0.85 },
  burstRatio: { atLeast: 0.45, aim: 0.65 },
  pacedCpuRatio: { atMost: 1.7, aim: 1.3 },
  /** Of the events sent at 100 ms. */
  deliveredShare: 0.95,
  firstByteAfterBareMs: 20,
  upstreamAheadMegabytes: 32,
  upstreamClosedMs: 1_500,
  /** Of Portkey's answers a second. */
  portkeyJson: 3,
  portkeyStreams: 6,
  decisionGrowth: 2,
} as const;

/** What every promise of the area `protocols` is held against. */
export const PROTOCOL_LIMITS = {
  seed: 20_261_121,
  providers: 60,
  /** Cuts at random offsets of every stream. */
  offsets: 200,
  bench: { rounds: 5, seconds: 4 },
  /** Of bare, which passes the same stream as it is. */
  transcodedRatio: { atLeast: 0.25 },
  /** Of Portkey's answers a second for the same pair. */
  portkeyTranscoded: 3,
  /** What transcoding adds to a whole stream on one connection; Portkey sleeps 25 ms in each. */
  addedMs: 5,
  workerKilobytes: 150,
} as const;
