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

/** What every promise of the area `identity` is held against. */
export const IDENTITY_LIMITS = {
  bench: { rounds: 9, seconds: 4 },
  limitedRatio: 0.95,
  randomKids: { count: 10_000, perSeconds: 30 },
  exactness: { rounds: 50, requests: 2_000, limit: 1_000, processes: 4 },
  /** A share of the limit must have been filled, or nothing was bounded. */
  tokenBound: { rounds: 10, requests: 500, limit: 20_000, processes: 4, filled: 0.9 },
  /** Grace: what a process that others share the machine with may take longer. */
  outages: { leastMs: 150, mostMs: 1_000, graceMs: 50 },
  beside: { delays: [1, 80, 250], redisDelayMs: 80, upstreamMs: [20, 300], requests: 20, addedMs: 5 },
  oneKey: { requests: 5_000, concurrency: 50, bursts: 6, warmUps: 2, grownShare: 0.25 },
  phantom: { agents: 50, budgetUsd: 25, processes: 4, seed: 20_261_122, usedAtLeast: 0.95 },
  mixed: { requests: 10_000, processes: 4, seed: 20_261_122 },
  priced: { requests: 5_000, seed: 20_261_122 },
  kills: 1_000,
  killSeed: 20_261_122,
  /** A second, and the call under way. */
  unreportedMs: 1_250,
  duplicates: { processes: 4, keys: 1_000, copies: 5, batch: 100 },
  deaths: { processes: 4, rounds: 50, keys: 20, seed: 20_261_122 },
  revocation: { processes: 4, rounds: 4, keys: 25, delayMs: 80, idleSeconds: 60, visibleMs: 15_000 },
  rotation: { processes: 4, perSecond: 200, seconds: 120, rotateEverySeconds: 12, overlapSeconds: 8, delayMs: 80 },
  manyKeys: { few: 10, many: 1_000_000, requests: 1_500, tolerance: 0.1 },
  wrongSecrets: { samples: 1_000, tolerance: 0.05 },
  guessing: { guesses: 10_000, allowed: 20 },
  /** Changes that administrators make, each two entries of the audit log. */
  audited: 60,
} as const;

/** What every promise of the area `routing` is held against. */
export const ROUTING_LIMITS = {
  simulation: { seeds: 10_000, seconds: 300, withinSeconds: 90, bugs: 12, mostSeeds: 2_000 },
  scenarios: 30,
  simulated: { lines: 10_000, withinSeconds: 5 },
  patternsMs: 50,
  decisionNanos: 10_000,
  /** What 200,000 decisions may leave behind after a collection: what the engine itself keeps moves by as much. */
  heapKilobytes: 512,
  processes: 4,
  /** Milliseconds that a call to the hub takes longer. */
  hubDelays: [1, 80, 250],
  ejection: { perSecond: 40, healthySeconds: 10, deadSeconds: 30, revivedSeconds: 100 },
  ejectedMs: 5_000,
  /** Between two probes of an ejected target, less what arrives early because the one before was late. */
  probeGapMs: 950,
  /** Of what a target got before, in slices of five seconds since it is back: within so much of the even ramp. */
  rampTolerance: 0.25,
  flapping: { perSecond: 60, seconds: 120, changeMs: 10_000 },
  decisions: { idleSeconds: 60, watchedSeconds: 15, perSecond: 20, obeyedMs: 10_000 },
  hubAway: { perSecond: 40, seconds: 20, firstByteMs: 1_000 },
  sticky: { callers: 500, computed: 20_000, canaryShare: 0.1, tolerance: 0.01 },
  amplification: { perSecond: 200, seconds: 120, sdkCalls: 6_000, sdkFactor: 1.2, perRequest: 3 },
  refusals: { perSecond: 40, seconds: 24 },
  hedging: { requests: 8_000, perSecond: 100, slowPercent: 1, slowMs: 1_500 },
  /** What hedging must take off the 99th percentile, and may add in requests. */
  hedged: { lessAtLeast: 0.3, extraAtMost: 0.02, abortMs: 100 },
  overload: { processes: 4, slots: 10, serviceMs: 250, steps: [0.5, 1, 2, 5], secondsPerStep: 24, settleSeconds: 8 },
  overloaded: { goodputOfPeak: 0.8, shedMs: 20 },
  waiting: { trials: 10_000, atOnceMs: 500 },
  failover: { runs: 1_000, width: 4, addedMs: 50 },
  timeouts: { runs: 400, width: 40, ttftGraceMs: 100, idleGraceMs: 1_000 },
  hubBeside: { delayMs: 250, pauses: 5, steady: 40, arrivedMs: 100 },
  backoff: { samples: 5_000, seed: 20_261_121 },
  seeds: { processes: 8, choices: 64 },
} as const;

/** What every promise of the area `cache` is held against. */
export const CACHE_LIMITS = {
  /** Pairs of each set, and how many of those that ask the same were recognised when the rules were designed. */
  pairs: {
    own: { same: 348, different: 383, canonical: 130, gate: 164 },
    CheckList: { same: 780, different: 1_380, canonical: 47, gate: 52 },
  },
  corpus: 10_020,
  attacks: { count: 500, seed: 20_261_122, refused: 0.99 },
  scan: { entries: 10_000, dimensions: 384, mostMicros: 600, rounds: 5 },
  /** Of the entries' own growth: a large index lies outside the processor's caches. */
  growth: { from: 1_000, to: 50_000, most: 3 },
  /** Requests that must not be given somebody else's answer, or another one's. */
  probes: { count: 10_000, seed: "20261122" },
  changes: { atLeast: 20_000 },
  /** Cuts of each recorded stream. */
  /** Streams under each bound; a second number of seeds for kinds of traffic beside the usual one. */
  bound: { shares: [0.02, 0.05], arrivals: 6_000, seeds: 5, otherSeeds: 2 },
  /** Lives of a breaker and of a certificate: of the first those opened by mistake, of the second those earned by mistake. */
  drift: { seed: 20_261_122, lives: 2_000, hits: 1_000, mistakes: 0.01, mostWrong: 80, earned: 0.1 },
  captures: { keptAtLeast: 400, cuts: 100 },
  probed: { probes: 10_000, seed: "probes" },
  killed: { rounds: 30, answers: 64, seed: "killed" },
  restarted: { questions: 900 },
  purged: { processes: 3, givenMs: 10_000 },
  together: { requests: 1_000, processes: 4 },
  promoted: { followers: 100, processes: 4 },
  beside: { questions: 100, delayMs: 80, addedMs: 5 },
  away: { questions: 40, addedMs: 50 },
  hit: { mostTime: 0.5, leastRate: 0.8, bench: { rounds: 5, seconds: 3 } },
} as const;
