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

/** What becomes of a request at a target whose turn it is. */
export type Fit =
  | { readonly kind: "asked" }
  /** Nobody is asked: the provider counts no tokens, and the router answers with its own count. */
  | { readonly kind: "counted" }
  /** The next target's turn comes; `error` is what a caller gets where there is none. */
  | { readonly kind: "unfit"; readonly error: FairleadError };

const ASKED: Fit = { kind: "asked" };

/** Whether a target can be asked this, as the router finds out when its turn comes. */
export function fitOf(told: Told, target: LinkedTarget, route: LinkedRoute): Fit {
  if (told.isForwardable && canForward(told, target)) return orAsked(route.isSelective ? lacks(told, target, null) : null);
  switch (told.operation) {
    case "chat":
      return orAsked(whyNoChat(told, target, route));
    case "embeddings":
      return orAsked(whyNoEmbeddings(told, target));
    case "count_tokens":
      return fitForCount(told, target);
  }
}

function orAsked(error: FairleadError | null): Fit {
  return error === null ? ASKED : { kind: "unfit", error };
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

function fitForCount({ chat, unreadable }: Told, target: LinkedTarget): Fit {
  if (chat === null) return orAsked(unreadable);
  const { countTokens } = backendOf(target.dialect);
  if (countTokens === null || target.urlOf(target.dialect, "count_tokens", false) === null) return { kind: "counted" };
  return orAsked(
    orRefused(() => {
      countTokens.writeRequest(chat, target);
      return null;
    }),
  );
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
  return orRefused(() => {
    const { losses } = backend.writeRequest(chat, target);
    const loss = route.unsupported === "Drop" ? undefined : losses.find(({ severity }) => severity === "meaning");
    return loss === undefined ? null : refusal(told, loss, target);
  });
}

/** What a target's dialect cannot take at all is its refusal. */
function orRefused(write: () => FairleadError | null): FairleadError | null {
  try {
    return write();
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
