import type { Caller } from "../core/caller.ts";
import { readWishes, type Wishes } from "../core/http/read-wishes.ts";
import type { AddressFacts, DialectName, Operation } from "../dialects/dialect.ts";
import { surfaceOf } from "../dialects/index.ts";
import { Asking } from "./asking.ts";
import type { Deps, Run } from "./deps.ts";
import { type Admission, admit } from "./stages/admit.ts";
import { authenticate, isLetIn } from "./stages/authenticate.ts";
import { decode } from "./stages/decode.ts";
import { askBeside } from "./stages/ask-beside.ts";
import { discard } from "./stages/ask-target.ts";
import { type Answer, dispatch } from "./stages/dispatch.ts";
import { keepFresh } from "./stages/keep-fresh.ts";
import { once, type Understood, type Underway } from "./stages/once.ts";
import { plan } from "./stages/plan.ts";
import { type Hit, recall, type Recalled } from "./stages/recall.ts";
import { type Decision, holds, pin, resolvePolicy, stillAllows } from "./stages/resolve-policy.ts";
import { respond } from "./stages/respond.ts";
import { Settlement } from "./stages/settle.ts";
import { evaluateShadows } from "./stages/shadow.ts";
import { takeStream } from "./stages/take-stream.ts";
import { whenGranted } from "./stages/when-granted.ts";

/** A request that matched one of the model routes. */
interface ModelCall {
  readonly request: Request;
  readonly operation: Operation;
  /** The caller's dialect, which the route stands for. */
  readonly dialect: DialectName;
  readonly address: AddressFacts;
}

/**
 * The life of one request for a model, top to bottom.
 *
 *   authenticate → decode → (once) → policy → admit → recall → plan → dispatch → respond → settle
 *
 * A stage returns what the next one needs or throws a FairleadError. Admission runs beside dispatch and gates the first
 * byte; settlement books once, when the answer has ended, however it ended.
 */
export async function handleChat(call: ModelCall, deps: Deps, run: Run): Promise<Response> {
  const { epoch } = deps.keys;
  const caller = await authenticate(deps, run);
  const gate = keepFresh(deps, run);
  const surface = surfaceOf(call.dialect);
  const asked = await decode(call, { surface, caps: deps.policies.current().gateway.caps }, run);
  const request = { caller, epoch, asked, surface, wishes: readWishes(run.headers), gate };
  return await once(request, (own) => carryOut(request, { deps, run: own }), { deps, run });
}

/** From here to its end a request is booked as one. */
function carryOut({ asked, caller, epoch, gate, surface, wishes }: Understood, { deps, run }: World): Underway {
  const settlement = new Settlement({ caller, asked }, deps, run);
  // Where the caller leaves the runtime may end this function: what it holds is given back there and then.
  const leave = (): void => settlement.leave();
  run.signal.addEventListener("abort", leave);
  const request = { caller, epoch, wishes, asking: new Asking(asked, surface, run), settlement };
  const response = decideAndAnswer(request, gate, { deps, run });
  return { settlement, response: response.finally(() => run.signal.removeEventListener("abort", leave)) };
}

/** policy → admit → recall → plan → dispatch → respond, again while what is learnt meanwhile forbids what was decided. */
async function decideAndAnswer(request: Asked, gate: Promise<void> | null, { deps, run }: World): Promise<Response> {
  const { asking, caller, settlement } = request;
  let { epoch } = request;
  for (;;) {
    const pinned = pin(caller, deps);
    try {
      const decision = resolvePolicy(request, pinned, run);
      settlement.decide(decision);
      const admission = settlement.admit(() => admit({ ...decision, asking, caller }, deps, run));
      const recalled = await recall({ ...request, ...decision }, deps, run);
      const found = await ask({ ...request, decision, recalled }, admission, { deps, run });
      await gate;
      const isKnown = epoch === deps.keys.epoch || (await isLetIn(deps, run));
      const isWanted = !settlement.isBooked;
      if (isWanted && isKnown && stillAllows(pinned, pin(caller, deps), settlement.grounds)) {
        return respond(found, { ...request, ...decision, turn: recalled.turn }, { deps, run });
      }
      discard(found);
      if (!isWanted) return new Response(null, { status: CALLER_LEFT });
    } catch (error) {
      await gate;
      if (settlement.isBooked || holds(pinned, caller, deps)) throw settlement.ending(error);
    }
    // Nothing was sent, so it is decided again; not for a caller whose key has been revoked meanwhile.
    settlement.withdraw();
    epoch = deps.keys.epoch;
    await authenticate(deps, run).catch((error: unknown) => {
      throw settlement.ending(error);
    });
  }
}

/** Nobody reads it; the number is nginx's. */
const CALLER_LEFT = 499;

interface World {
  readonly deps: Deps;
  readonly run: Run;
}

interface Asked {
  readonly caller: Caller;
  /** Of the keys, from before the caller was looked for: what was found may be as old. */
  readonly epoch: number;
  readonly wishes: Wishes;
  readonly asking: Asking;
  readonly settlement: Settlement;
}

interface Decided extends Asked {
  readonly decision: Decision;
  readonly recalled: Recalled;
}

/** What the cache has, or what upstream says; admission beside it, or before it where little is left. */
async function ask(decided: Decided, admission: Admission, world: World): Promise<Answer | Hit> {
  const { recalled, settlement } = decided;
  if (recalled.kind === "hit") settlement.recalled(recalled);
  if (recalled.kind === "hit" || admission.isSerial) await admission.granted;
  return recalled.kind === "hit" ? recalled : whenGranted(admission, askUpstream(decided, world), settlement);
}

/** plan → dispatch, and the cache beside them while it has not answered. What was planned and fails is booked. */
function askUpstream({ asking, decision, recalled, settlement, wishes }: Decided, { deps, run }: World): Promise<Answer | Hit> {
  const deadline = run.startedAt + Math.min(decision.route.timeouts.totalMs, wishes.timeoutMs);
  const { turn } = recalled;
  const how = { deadline, hops: wishes.hops, isCancellable: turn?.isOpen === true, isKept: turn !== null };
  let isPlanned = false;
  const upstream = async (): Promise<Answer> => {
    const planned = plan({ ...decision, deadline, preferences: wishes.preferences }, deps, run);
    isPlanned = true;
    takeStream(settlement, deps);
    evaluateShadows(decision, settlement, { deps, run });
    return dispatch({ ...decision, ...how, asking, plan: planned, settlement }, deps, run);
  };
  const asked = turn === null ? upstream() : askBeside({ settlement, turn }, upstream, run);
  return asked.catch((error: unknown) => (isPlanned ? settlement.refuse(error) : Promise.reject(error)));
}
