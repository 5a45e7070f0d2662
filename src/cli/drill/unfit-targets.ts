import type { LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { describedChat } from "../decision/described-chat.ts";
import { surfaceOfPath } from "../decision/surface-of-path.ts";
import { fitOf, type Told } from "../decision/fit-of.ts";

/** What there is to tell a target. */
type AskedFacts = Pick<RouteFacts, "features" | "operation" | "path" | "stream">;

/** Targets that such a request cannot be told, by id, each with the reason in the words that a caller would get. */
export function unfitTargets(
  route: LinkedRoute,
  targets: readonly LinkedTarget[],
  asked: AskedFacts,
): ReadonlyMap<string, string> {
  const told = toldOf(asked);
  return new Map(
    targets.flatMap((target): readonly [string, string][] => {
      const fit = fitOf(told, target, route);
      return fit.kind === "unfit" ? [[target.id, fit.error.message.replace(/\.$/, "")]] : [];
    }),
  );
}

function toldOf({ features, operation, path, stream: isStreamed }: AskedFacts): Told {
  const stream = isStreamed && operation === "chat";
  return {
    dialect: surfaceOfPath(path)?.dialect ?? "openai-chat",
    operation,
    stream,
    isForwardable: true,
    chat: operation === "embeddings" ? null : describedChat(features, stream),
    unreadable: null,
  };
}
