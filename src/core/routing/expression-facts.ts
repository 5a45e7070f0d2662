import type { ExpressionFacts } from "../expression/facts.ts";
import { ReadableHeaders } from "./readable-headers.ts";
import type { RouteFacts } from "./route-facts.ts";

/** A request as conditions in CEL see it. What costs something to find out is found out when it is named. */
export function expressionFacts(facts: RouteFacts): ExpressionFacts {
  const { caller } = facts;
  return {
    request: {
      model: facts.model,
      operation: facts.operation,
      path: facts.path,
      stream: facts.stream,
      tokens: facts.tokens,
      get messages() {
        return facts.features.messages;
      },
      get maxTokens() {
        return facts.features.maxTokens;
      },
      get tools() {
        return facts.features.tools;
      },
      get images() {
        return facts.features.images;
      },
      get audio() {
        return facts.features.audio;
      },
      get jsonSchema() {
        return facts.features.jsonSchema;
      },
      get reasoning() {
        return facts.features.reasoning;
      },
      get headers() {
        return new ReadableHeaders(facts.headers);
      },
    },
    caller: { tenant: caller.tenant, consumer: caller.consumer, key: caller.keyId, roles: caller.roles, tags: caller.tags },
    get now() {
      return new Date(facts.now);
    },
  };
}
