import { CACHE_STATES } from "../../cache/cache-state.ts";
import { METERS } from "../../ledger/account.ts";
import { TOTALS } from "../../ledger/usage-report.ts";
import {
  type Answer,
  EPOCH_MS,
  FLAG,
  json,
  listOf,
  mapOf,
  NUMBER,
  oneOf,
  orNull,
  shape,
  TEXT,
  TIME,
  WHOLE,
} from "./answer-schema.ts";

const MONEY = { type: "integer", minimum: 0, description: "Micro-USD." };
const USAGE = shape(
  {
    inputTokens: WHOLE,
    cachedInputTokens: WHOLE,
    cacheWriteTokens: WHOLE,
    outputTokens: WHOLE,
    reasoningTokens: WHOLE,
    estimated: { type: "boolean", description: "We counted, because nobody reported it." },
  },
  {
    cacheWriteHourTokens: WHOLE,
    audioInputTokens: WHOLE,
    imageInputTokens: WHOLE,
    audioOutputTokens: WHOLE,
    imageOutputTokens: WHOLE,
  },
);

const ATTEMPT = shape({ target: TEXT, outcome: TEXT, usage: orNull(USAGE), costMicroUsd: orNull(MONEY) }, { claimed: USAGE });

const EVENT = shape(
  {
    requestId: TEXT,
    at: EPOCH_MS,
    tenant: TEXT,
    consumer: TEXT,
    keyId: TEXT,
    tags: mapOf(TEXT),
    operation: oneOf(["chat", "embeddings", "count_tokens"]),
    model: TEXT,
    route: TEXT,
    target: orNull(TEXT),
    attempts: listOf(ATTEMPT),
    stream: FLAG,
    outcome: oneOf(["ok", "failed", "client_left"]),
    failure: orNull(TEXT),
    usage: orNull(USAGE),
    costMicroUsd: orNull(MONEY),
    totalCostMicroUsd: MONEY,
    shadows: listOf(shape({ route: orNull(TEXT), target: orNull(TEXT) })),
    cache: oneOf(CACHE_STATES),
    policy: TEXT,
    durationMs: NUMBER,
  },
  {
    copyOf: TEXT,
    hit: shape({ chargedTokens: WHOLE, savedTokens: WHOLE, savedMicroUsd: orNull(MONEY), savedMs: NUMBER }),
  },
);

const REPORT = shape({
  tenant: TEXT,
  from: TIME,
  to: TIME,
  timeZone: TEXT,
  groups: listOf(shape({ group: mapOf(TEXT), ...Object.fromEntries(TOTALS.map((name) => [name, WHOLE])) })),
});

const REPORT_ANSWER: Answer = {
  status: 200,
  says: "Sums over requests, a group for each combination of what they are told apart by.",
  content: {
    "application/json": REPORT,
    "text/csv": { type: "string", description: "A line of headings, then one for each group." },
  },
};

const ROW = shape({
  id: TEXT,
  at: EPOCH_MS,
  state: oneOf(["settled", "expired", "corrected", "refused"]),
  entries: listOf(shape({ key: TEXT, meter: oneOf(METERS), start: EPOCH_MS, amount: WHOLE })),
  facts: { description: "The request, as `listRequests` shows it; null where nothing is known of it." },
});

const FACTS = { description: "What is known of the request." };
const HELD = shape({ account: shape({ key: TEXT, meter: oneOf(METERS) }), amount: WHOLE, floor: WHOLE, start: EPOCH_MS });
const STATE = shape({
  at: EPOCH_MS,
  pieces: listOf(shape({ account: TEXT, start: EPOCH_MS, used: WHOLE, reserved: WHOLE })),
  leases: listOf(shape({ id: TEXT, expiresAt: EPOCH_MS, facts: FACTS, held: listOf(HELD) })),
});

export const USAGE_ANSWERS = {
  listRequests: json("Requests, the newest first.", shape({ events: listOf(EVENT) })),
  reportUsage: REPORT_ANSWER,
  listLedgerRows: json("A page of rows; `next` is the next page's `after`.", shape({ rows: listOf(ROW), next: orNull(TEXT) })),
  showLedgerState: json("Accounts by piece of their windows, and requests under way, at one moment.", STATE),
  restoreLedger: json("How many records were put back.", shape({ restored: WHOLE })),
};
