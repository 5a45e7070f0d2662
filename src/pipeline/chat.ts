import type { AddressFacts, DialectName, Operation } from "../dialects/dialect.ts";
import { surfaceOf } from "../dialects/index.ts";
import { Asking } from "./asking.ts";
import type { Deps, Run } from "./deps.ts";
import { admit } from "./stages/admit.ts";
import { authenticate } from "./stages/authenticate.ts";
import { decode } from "./stages/decode.ts";
import { dispatch } from "./stages/dispatch.ts";
import { plan } from "./stages/plan.ts";
import { recall } from "./stages/recall.ts";
import { resolvePolicy } from "./stages/resolve-policy.ts";
import { respondCached, respondJson, respondStream } from "./stages/respond.ts";
import { readWishes } from "./stages/read-wishes.ts";
import { Settlement } from "./stages/settle.ts";
import { takeStream } from "./stages/take-stream.ts";

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
 *   authenticate → decode → policy → admit → recall → plan → dispatch → respond → settle
 *
 * A stage returns what the next one needs or throws a FairleadError. Admission runs beside dispatch and gates the first
 * byte; settlement books once, when the answer has ended, however it ended.
 */
export async function handleChat(call: ModelCall, deps: Deps, run: Run): Promise<Response> {
  const policy = deps.policies.current();
  const caller = await authenticate(deps, run);
  const surface = surfaceOf(call.dialect);
  const asked = await decode(call, { surface, caps: policy.gateway.caps }, run);
  const wishes = readWishes(run.headers);
  const route = resolvePolicy(policy, caller, asked.model);
  const settlement = new Settlement({ caller, asked, route, policy }, deps, run);

  const recalled = await recall({ caller, asked, route, policy, wish: wishes.cache, now: run.now() }, deps.cache);
  if (recalled.kind === "hit") return respondCached(recalled, settlement, run);

  const targets = plan(route, policy, run);
  takeStream(settlement, deps);
  const deadline = run.startedAt + Math.min(route.timeouts.totalMs, wishes.timeoutMs);
  const asking = new Asking(asked, surface, run);
  const admitted = admit({ caller, asked }, deps.ledger, run);
  const answered = Promise.all([
    dispatch({ asking, route, targets, deadline, hops: wishes.hops, settlement, policy }, deps, run),
    admitted,
  ]);
  const [answer] = await answered.catch((error: unknown) => settlement.refuse(error));

  if (answer.kind === "stream") return respondStream(answer, settlement, run);
  const slot = recalled.kind === "miss" ? recalled.slot : null;
  return respondJson(answer, { settlement, deps, slot }, run);
}
