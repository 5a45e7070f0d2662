import type { Used } from "../../core/access/access.ts";
import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { CompiledGateway } from "../../core/policy/compiled.ts";
import type { RequestFeatures, RouteFacts } from "../../core/routing/route-facts.ts";
import { estimateUsage } from "../../core/usage.ts";
import { conversationPrefix, featuresOf, NO_FEATURES } from "../../dialects/canonical/request-features.ts";
import { mayHoldEnvelope } from "../../dialects/canonical/seal-envelope.ts";
import { usesOf } from "../../dialects/canonical/uses-of.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import { describedChat } from "./described-chat.ts";
import type { CalledPath } from "./surface-of-path.ts";
import type { Told } from "./fit-of.ts";

/** A request as rules see it, and as targets would be told it. */
export interface AskedRequest {
  readonly facts: RouteFacts;
  readonly told: Told;
  /** What its body turns on; nothing where that is not known. */
  readonly uses: readonly Used[];
}

/** What is known of a request beside its content. */
export interface Circumstances {
  readonly called: CalledPath;
  /** The path alone. */
  readonly path: string;
  readonly caller: Caller;
  readonly headers: ReadonlyMap<string, string>;
  readonly place: RouteFacts["place"];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a request holds, where it is told and not written down. */
export interface DescribedContent {
  readonly model: string;
  readonly stream: boolean;
  readonly tokens: number;
  readonly features: RequestFeatures;
  readonly prefix: string;
}

/** A request of which only facts are known. */
export function askedByFacts(content: DescribedContent, around: Circumstances): AskedRequest {
  const { features, model, prefix, stream, tokens } = content;
  const { called } = around;
  const isChat = called.operation === "chat";
  return {
    facts: factsOf(around, { model, stream, tokens, prefix, features: isChat ? features : NO_FEATURES }),
    told: {
      dialect: called.dialect,
      operation: called.operation,
      stream,
      isForwardable: true,
      chat: called.operation === "embeddings" ? null : describedChat(features, stream),
      unreadable: null,
    },
    uses: [],
  };
}

/** A request whose body is known, read as the router reads it. @throws FairleadError that the caller would get */
export function askedByBody(text: string, gateway: CompiledGateway, around: Circumstances): AskedRequest {
  const { address, dialect, operation, surface } = around.called;
  const decoded = surface.decodeRequest(operation, text, { caps: gateway.caps, address, headers: around.headers });
  const { chat, unreadable } = readChat(decoded, around.called);
  return {
    facts: factsOf(around, {
      model: decoded.model,
      stream: decoded.stream,
      tokens: estimateUsage(text.length, 0).inputTokens,
      prefix: conversationPrefix(text),
      features: operation === "chat" && chat !== null ? featuresOf(chat) : NO_FEATURES,
    }),
    told: {
      dialect,
      operation,
      stream: decoded.stream,
      isForwardable: !mayHoldEnvelope(text) && decoded.framing === "sse",
      chat,
      unreadable,
    },
    uses: usesOf(decoded, chat, surface),
  };
}

/** The conversation, or why the body cannot be read as one. */
function readChat(decoded: DecodedRequest, { operation, surface }: CalledPath): Pick<Told, "chat" | "unreadable"> {
  if (operation === "embeddings") return { chat: null, unreadable: null };
  try {
    return { chat: surface.readChat(decoded), unreadable: null };
  } catch (error) {
    if (error instanceof FairleadError) return { chat: null, unreadable: error };
    throw error;
  }
}

function factsOf({ caller, called, headers, now, path, place }: Circumstances, content: DescribedContent): RouteFacts {
  return { caller, operation: called.operation, path, headers, place, now, ...content };
}
