import type { AskedRequest, Circumstances } from "../decision/asked-request.ts";
import type { RequestSummary } from "./explanation.ts";

/** What is explained, for people; of a body that cannot be read only what is around it. */
export function summariseRequest(asked: AskedRequest | null, around: Circumstances): RequestSummary {
  const { caller, called, now, path, place } = around;
  const { consumer, keyId, roles, tags, tenant } = caller;
  return {
    tenant,
    caller: consumer,
    key: keyId,
    roles,
    tags,
    model: asked?.facts.model ?? null,
    operation: called.operation,
    path,
    stream: asked?.facts.stream ?? false,
    tokens: asked?.facts.tokens ?? 0,
    holds: asked === null ? [] : holdsOf(asked),
    region: place.region,
    zone: place.zone,
    at: new Date(now).toISOString(),
  };
}

function holdsOf({ facts }: AskedRequest): readonly string[] {
  const { audio, images, jsonSchema, maxTokens, reasoning, tools } = facts.features;
  return [
    ...(tools ? ["with tools"] : []),
    ...(images ? ["with images"] : []),
    ...(audio ? ["with audio"] : []),
    ...(jsonSchema ? ["an answer by a JSON Schema"] : []),
    ...(reasoning ? ["thinking asked for"] : []),
    ...(maxTokens > 0 ? [`at most ${maxTokens.toLocaleString("en-US")} tokens out`] : []),
  ];
}
