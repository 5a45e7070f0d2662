import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import { readIdempotencyKey } from "../../core/http/read-idempotency-key.ts";
import type { Wishes } from "../../core/http/read-wishes.ts";
import type { Outcome } from "../../core/idempotency/idempotency-record.ts";
import { sha256Hex } from "../../core/sha256-hex.ts";
import type { DecodedRequest, Surface } from "../../dialects/dialect.ts";
import { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import type { KeyedRequest, Turn } from "../isolate-idempotency.ts";
import { authenticate } from "./authenticate.ts";
import { keepJson, keepStream } from "./keep-answer.ts";
import { replay } from "./replay.ts";
import { pin, resolvePolicy } from "./resolve-policy.ts";
import type { Settlement } from "./settle.ts";

/** A request that is understood. */
export interface Understood {
  readonly caller: Caller;
  /** Of the keys, from before the caller was looked for: what was found may be as old. */
  readonly epoch: number;
  readonly asked: DecodedRequest;
  readonly surface: Surface;
  readonly wishes: Wishes;
  /** What must be known before anything is given to the caller. */
  readonly gate: Promise<void> | null;
}

/** A request on its way to its answer. */
export interface Underway {
  readonly settlement: Pick<Settlement, "isCharged">;
  readonly response: Promise<Response>;
}

interface World {
  readonly deps: Deps;
  readonly run: Run;
}

type CarryOut = (run: Run) => Underway;
type OwnTurn = Extract<Turn, { kind: "carry-out" }>;

/** An owner of whom nothing is heard for so long is dead, or for the ledger's lease where that is less. */
const LEASE_MS = 30_000;
/** No request takes longer. */
const LONGEST_WAIT_MS = 600_000;

/**
 * Stage: carries a request out, once for each `Idempotency-Key` of a caller's; a duplicate gets what the first one got. What came
 * to nothing that was charged may be tried again under its key. A request without a key pays nothing for this.
 * @throws FairleadError `invalid_header`, `idempotency_key_reused`, `idempotency_in_progress`, `idempotency_unavailable`, and
 * whatever the first one ended in
 */
export function once(request: Understood, carryOut: CarryOut, world: World): Promise<Response> {
  const key = request.asked.operation === "count_tokens" ? null : readIdempotencyKey(world.run.headers);
  return key === null ? carryOut(world.run).response : onceByKey(key, { request, carryOut, world });
}

interface Keyed {
  readonly request: Understood;
  readonly carryOut: CarryOut;
  readonly world: World;
}

async function onceByKey(key: string, { carryOut, request, world }: Keyed): Promise<Response> {
  const { deps, run } = world;
  const turn = await deps.idempotency.takeTurn(await identify(key, request, world), run);
  if (turn.kind === "replay") await request.gate;
  // It may have waited for long: its credential may have been revoked meanwhile.
  if (deps.keys.epoch !== request.epoch) await authenticate(deps, run).catch((error: unknown) => giveUp(turn, { error, run }));
  switch (turn.kind) {
    case "carry-out":
      return carryOutTo(turn, { request, carryOut, world });
    case "replay":
      refuseWhoMayNotAsk(request, world);
      return replay(turn.outcome, run);
    case "reused":
      throw new FairleadError(
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request. Use a new key for each request, and the same one only to repeat it.",
      );
    case "under-way":
      throw new FairleadError("idempotency_in_progress", "A request under this Idempotency-Key is under way. Retry in 1 s.", {
        retryAfterSeconds: 1,
      });
    case "unavailable":
      throw new FairleadError(
        "idempotency_unavailable",
        "It cannot be told whether this Idempotency-Key was used before, so nothing was sent. Retry in 1 s.",
        { retryAfterSeconds: 1 },
      );
  }
}

function giveUp(turn: Turn, { error, run }: { readonly error: unknown; readonly run: Run }): never {
  if (turn.kind === "carry-out") run.defer(turn.end(null, Promise.resolve()));
  throw error;
}

/**
 * Keys are a consumer's own; where a token says who calls for it, that one's. Of the headers those count that a backend sees or
 * that steer the choice among targets.
 */
async function identify(key: string, { asked, caller, wishes }: Understood, { deps, run }: World): Promise<KeyedRequest> {
  const { idempotency, ledger } = deps.policies.current().gateway;
  const { framing, headers, model, operation, stream, surface, text } = asked;
  const [digest, fingerprint] = await Promise.all([
    sha256Hex(JSON.stringify([caller.consumer, subjectOf(caller), key])),
    sha256Hex(`${JSON.stringify([run.path, surface, operation, model, stream, framing, headers, wishes.preferences])}\n${text}`),
  ]);
  const leaseMs = Math.min(LEASE_MS, ledger.leaseMs);
  return {
    key: { tenant: caller.tenant, digest },
    claim: { fingerprint, owner: run.requestId, leaseMs, keepMs: idempotency.keepMs },
    waitsUntil: idempotency.concurrent === "Wait" ? run.startedAt + Math.min(wishes.timeoutMs, LONGEST_WAIT_MS) : null,
  };
}

/** Null for API keys: with a new one, the consumer goes on as before. */
function subjectOf({ keyId }: Caller): string | null {
  return keyId.includes(":") ? keyId : null;
}

/** It goes on when its caller leaves: whoever repeats it gets the answer that was paid for. */
async function carryOutTo(turn: OwnTurn, { carryOut, request, world }: Keyed): Promise<Response> {
  const { deps, run } = world;
  const end = (outcome: Outcome | null) => turn.end(outcome, deps.books.flush(request.caller.tenant, run));
  const { response, settlement } = carryOut(goingOn(run, turn.openingId));
  run.defer(response.catch(() => undefined));
  const answer = await response.catch((error: unknown) => {
    run.defer(end(settlement.isCharged ? failureOf(error) : null));
    throw error;
  });
  const { given, kept } = request.asked.stream ? keepStream(answer, deps.idempotency.room, run) : await keepJson(answer);
  run.defer(kept.then(end));
  return given;
}

function failureOf(error: unknown): Outcome {
  if (error instanceof FairleadError) return { kind: "error", code: error.code, message: error.message, param: error.param };
  return { kind: "error", code: "internal_error", message: "Something broke here.", param: null };
}

/** A stored answer is for those who might ask for it now. @throws FairleadError as `resolvePolicy` */
function refuseWhoMayNotAsk({ asked, caller, surface, wishes }: Understood, { deps, run }: World): void {
  resolvePolicy({ caller, wishes, asking: new Asking(asked, surface, run) }, pin(caller, deps), run);
}

/** The same request, booked under that id, whose caller never leaves. */
function goingOn(run: Run, requestId: string): Run {
  const { callerRequestId, clientCertificate, dialect, headers, origin, path, query, startedAt, watchdog } = run;
  return {
    requestId,
    callerRequestId,
    clientCertificate,
    dialect,
    headers,
    origin,
    path,
    query,
    startedAt,
    watchdog,
    signal: new AbortController().signal,
    now: () => run.now(),
    draw: () => run.draw(),
    sleep: (ms) => run.sleep(ms),
    defer: (work) => run.defer(work),
  };
}
