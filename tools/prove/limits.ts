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
  workerKilobytes: 120,
  decisionGrowth: 2,
} as const;
