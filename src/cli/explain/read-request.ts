import { nearestName } from "../../core/policy/nearest-name.ts";
import type { LinkedPolicy } from "../../core/policy/linked.ts";
import { toEpochMs } from "../../core/policy/schema/timestamp.ts";
import type { RequestFeatures } from "../../core/routing/route-facts.ts";
import { type AskedRequest, askedByBody, askedByFacts, type Circumstances } from "../decision/asked-request.ts";
import { callerOf, type FoundCaller } from "../decision/caller-of.ts";
import { placeOf } from "../decision/place-of.ts";
import { type CalledPath, DEFAULT_PATH, MODEL_PATHS, surfaceOfPath } from "../decision/surface-of-path.ts";
import { InputRefused } from "../input-refused.ts";
import { type RequestDescription, TOLD_BY_BODY } from "./request-file.ts";

/** Who asks, where and when: what is known before the body is read. */
export interface Described {
  readonly around: Circumstances;
  readonly found: FoundCaller;
}

/** @throws InputRefused where the description contradicts itself, or its path leads to no model */
export function describeAround(request: RequestDescription, policy: LinkedPolicy, now: number): Described {
  const { caller = "", continent = "", country = "", headers = {}, key = null, path = DEFAULT_PATH } = request;
  const { roles = null, tags = null, tenant = "default" } = request;
  const found = callerOf({ tenant, consumer: caller, key, roles, tags }, policy.consumers);
  return {
    found,
    around: {
      called: calledPath(path),
      path: path.split("?", 1)[0] ?? path,
      caller: found.caller,
      headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      place: placeOf(policy.gateway, { continent, country }),
      now,
    },
  };
}

/** What is asked. @throws InputRefused, and FairleadError where a caller would get one for its body */
export function readAsked(request: RequestDescription, policy: LinkedPolicy, around: Circumstances): AskedRequest {
  const { body, prefix = "", tokens = 0 } = request;
  if (body !== undefined) {
    const told = TOLD_BY_BODY.find((name) => request[name] !== undefined);
    if (told !== undefined) throw new InputRefused(`The request has a body, which says '${told}' itself: leave one of them out.`);
    return askedByBody(JSON.stringify(body), policy.gateway, around);
  }
  const { address } = around.called;
  const model = request.model ?? address.model;
  if (model === null) throw new InputRefused("The request names no model: add 'model', or the 'body'.");
  const features = featuresOf(request);
  return askedByFacts({ model, stream: request.stream ?? address.stream, tokens, features, prefix }, around);
}

function featuresOf({ features = {} }: RequestDescription): RequestFeatures {
  const { audio = false, images = false, jsonSchema = false, maxTokens = 0, messages = 1 } = features;
  const { reasoning = false, tools = false } = features;
  return { audio, images, jsonSchema, maxTokens, messages, reasoning, tools };
}

/** The moment that a description speaks of, epoch milliseconds; null where it names none. */
export function momentOf(timestamp: string | undefined): number | null {
  return timestamp === undefined ? null : toEpochMs(timestamp);
}

function calledPath(path: string): CalledPath {
  const called = surfaceOfPath(path);
  if (called !== null) return called;
  const suggestion = nearestName(path, MODEL_PATHS);
  const advice = suggestion === null ? `paths are ${MODEL_PATHS.join(", ")} and Gemini's` : `did you mean '${suggestion}'?`;
  throw new InputRefused(`The path '${path}' leads to no model: ${advice}.`);
}
