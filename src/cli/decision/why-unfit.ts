import { FairleadError } from "../../core/errors.ts";
import type { LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import type { Operation } from "../../core/policy/compiled.ts";
import type { ChatRequest } from "../../dialects/canonical/chat-request.ts";
import { missingCapability } from "../../dialects/canonical/needs.ts";
import type { Backend, DialectName, Loss } from "../../dialects/dialect.ts";
import { backendOf, surfaceOf } from "../../dialects/index.ts";

/** What a target is to be told. */
export interface Told {
  readonly dialect: DialectName;
  readonly operation: Operation;
  readonly stream: boolean;
  /** Whether it could go to a target of its own dialect as it came. */
  readonly isForwardable: boolean;
  /** The conversation; null for what is none, or cannot be read as one. */
  readonly chat: ChatRequest | null;
  /** Why it cannot be read; null where it can. */
  readonly unreadable: FairleadError | null;
}

/** Why a target cannot be asked this, so that the next one is, in the words that a caller would get; null when it can. */
export function whyUnfit(told: Told, target: LinkedTarget, route: LinkedRoute): FairleadError | null {
  if (told.isForwardable && canForward(told, target)) return route.isSelective ? lacks(told, target, null) : null;
  switch (told.operation) {
    case "chat":
      return whyNoChat(told, target, route);
    case "embeddings":
      return whyNoEmbeddings(told, target);
    case "count_tokens":
      return null; // where a provider counts none, the router counts itself
  }
}

function canForward({ dialect, operation, stream }: Told, target: LinkedTarget): boolean {
  if (!target.natives.has(dialect) || target.urlOf(dialect, operation, stream) === null) return false;
  return backendOf(dialect).native?.operations.includes(operation) === true;
}

function whyNoChat(told: Told, target: LinkedTarget, route: LinkedRoute): FairleadError | null {
  if (target.urlOf(target.dialect, "chat", told.stream) === null) return impossible(`${target.label} has no chat.`);
  if (told.chat === null) return told.unreadable;
  const backend = backendOf(target.dialect);
  return lacks(told, target, backend) ?? loses(told, told.chat, { backend, target, route });
}

function whyNoEmbeddings({ dialect }: Told, target: LinkedTarget): FairleadError | null {
  const hasThem = target.urlOf(target.dialect, "embeddings", false) !== null && backendOf(target.dialect).embeddings !== null;
  return hasThem && surfaceOf(dialect).embeddings !== null ? null : impossible(`${target.label} has no embeddings.`);
}

function lacks(told: Told, target: LinkedTarget, backend: Backend | null): FairleadError | null {
  const { chat, operation } = told;
  const { capabilities } = target;
  if (operation !== "chat" || chat === null || capabilities === null) return null;
  const missing = missingCapability(chat, (name) => capabilities.has(name) || backend?.emulates.has(name) === true);
  return missing === null ? null : refusal(told, missing, target);
}

interface Writing {
  readonly backend: Backend;
  readonly target: LinkedTarget;
  readonly route: LinkedRoute;
}

function loses(told: Told, chat: ChatRequest, { backend, route, target }: Writing): FairleadError | null {
  try {
    const { losses } = backend.writeRequest(chat, target);
    const loss = route.unsupported === "Drop" ? undefined : losses.find(({ severity }) => severity === "meaning");
    return loss === undefined ? null : refusal(told, loss, target);
  } catch (error) {
    if (error instanceof FairleadError) return error;
    throw error;
  }
}

function refusal({ dialect }: Told, { feature, reason }: Loss, { label }: LinkedTarget): FairleadError {
  const param = surfaceOf(dialect).fieldName(feature);
  return new FairleadError("unsupported_feature", `'${param}' cannot be sent to ${label}: ${reason}.`, { param });
}

function impossible(message: string): FairleadError {
  return new FairleadError("unsupported_feature", message, { param: "model" });
}
