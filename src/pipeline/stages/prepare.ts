import type { Capability } from "../../core/capability.ts";
import { FairleadError } from "../../core/errors.ts";
import type { LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import { missingCapability } from "../../dialects/canonical/needs.ts";
import { NOTHING_TO_RESTORE } from "../../dialects/canonical/restore.ts";
import type { Backend, DialectName, Loss, Restore } from "../../dialects/dialect.ts";
import { backendOf } from "../../dialects/index.ts";
import type { Asking } from "../asking.ts";

interface Written {
  readonly backend: Backend;
  readonly url: string;
  readonly body: string;
  /** Beside the credential's; null where there are none, as for most requests. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** What was left out, to be told to the caller. */
  readonly losses: readonly Loss[];
}

/** How one target is asked. */
export type Prepared =
  /** The caller's own dialect: bytes in, bytes out. */
  | (Written & { readonly kind: "native"; readonly isRepaired: boolean })
  /** Another dialect, by way of the canonical form. */
  | (Written & { readonly kind: "transcoded"; readonly restore: Restore })
  /** Nobody is asked: the provider has no such operation and we count ourselves. */
  | { readonly kind: "estimated"; readonly losses: readonly Loss[] };

/** A target that cannot be asked this. */
export interface Unfit {
  readonly kind: "unfit";
  readonly error: FairleadError;
  readonly loss: Loss | null;
}

/** What a target is sent, or why it cannot be. Pure: nothing has been sent. */
export function prepare(asking: Asking, target: LinkedTarget, route: LinkedRoute): Prepared | Unfit {
  const { decoded } = asking;
  // A JSON array of events is asked as events all the same: upstreams differ in how they cut one.
  if (target.natives.has(decoded.surface) && !asking.holdsEnvelope && decoded.framing === "sse") {
    const native = prepareNative(asking, target, decoded.surface);
    // Reading a request costs more than forwarding it: its own provider says as well what a model cannot do.
    if (native !== null) return (route.isSelective ? lacks(asking, target, NOTHING) : null) ?? native;
  }
  switch (decoded.operation) {
    case "chat":
      return prepareChat(asking, target, route);
    case "count_tokens":
      return prepareCount(asking, target);
    case "embeddings":
      return prepareEmbeddings(asking, target, route);
  }
}

function prepareNative({ decoded }: Asking, target: LinkedTarget, dialect: DialectName): Prepared | null {
  const backend = backendOf(dialect);
  const url = target.urlOf(dialect, decoded.operation, decoded.stream);
  if (url === null || backend.native === null || !backend.native.operations.includes(decoded.operation)) return null;
  return {
    kind: "native",
    backend,
    url,
    body: backend.native.encodeUpstream(decoded, target),
    headers: decoded.headers,
    losses: [],
    isRepaired: target.quirks.repair && backend.native.repair !== null,
  };
}

function prepareChat(asking: Asking, target: LinkedTarget, route: LinkedRoute): Prepared | Unfit {
  const url = target.urlOf(target.dialect, "chat", asking.decoded.stream);
  const { reading } = asking;
  if (url === null) return impossible(`${target.label} has no chat.`);
  if (reading.kind === "unreadable") return { kind: "unfit", error: reading.error, loss: null };
  const backend = backendOf(target.dialect);
  const lacking = lacks(asking, target, backend.emulates);
  if (lacking !== null) return lacking;
  return orUnfit(() => {
    const { body, headers, losses, restore } = backend.writeRequest(reading.chat, target);
    return refuses(asking, { losses, target, route }) ?? { kind: "transcoded", backend, url, body, headers, losses, restore };
  });
}

/** What a target's dialect cannot take at all is this target's refusal; another may take it. */
function orUnfit(write: () => Prepared | Unfit): Prepared | Unfit {
  try {
    return write();
  } catch (error) {
    if (error instanceof FairleadError) return { kind: "unfit", error, loss: null };
    throw error;
  }
}

const ESTIMATED: Loss = {
  feature: "count_tokens",
  severity: "hint",
  reason: "the provider counts no tokens, the count is an estimate",
  capability: null,
};

function prepareCount(asking: Asking, target: LinkedTarget): Prepared | Unfit {
  const { reading } = asking;
  if (reading.kind === "unreadable") return { kind: "unfit", error: reading.error, loss: null };
  const backend = backendOf(target.dialect);
  const url = target.urlOf(target.dialect, "count_tokens", false);
  if (url === null || backend.countTokens === null) return { kind: "estimated", losses: [ESTIMATED] };
  const { countTokens } = backend;
  return orUnfit(() => {
    const body = countTokens.writeRequest(reading.chat, target);
    const headers = countTokens.headers(target);
    return { kind: "transcoded", backend, url, body, headers, losses: [], restore: NOTHING_TO_RESTORE };
  });
}

function prepareEmbeddings(asking: Asking, target: LinkedTarget, route: LinkedRoute): Prepared | Unfit {
  const backend = backendOf(target.dialect);
  const url = target.urlOf(target.dialect, "embeddings", false);
  if (url === null || backend.embeddings === null || asking.surface.embeddings === null) {
    return impossible(`${target.label} has no embeddings.`);
  }
  const reader = asking.surface.embeddings;
  const writer = backend.embeddings;
  return orUnfit(() => {
    const { body, losses } = writer.writeRequest(reader.readRequest(asking.decoded), target);
    const written = { backend, url, body, headers: null, losses, restore: NOTHING_TO_RESTORE };
    return refuses(asking, { losses, target, route }) ?? { kind: "transcoded", ...written };
  });
}

const NOTHING: ReadonlySet<Capability> = new Set();

/** A target that is known not to have something the request needs, and cannot be made to; null when it will do. */
function lacks(asking: Asking, target: LinkedTarget, emulated: ReadonlySet<Capability>): Unfit | null {
  const { decoded, reading } = asking;
  const { capabilities } = target;
  if (decoded.operation !== "chat" || capabilities === null || reading.kind === "unreadable") return null;
  const missing = missingCapability(reading.chat, (capability) => capabilities.has(capability) || emulated.has(capability));
  return missing === null ? null : unfit(asking, missing, target);
}

interface Lossy {
  readonly losses: readonly Loss[];
  readonly target: LinkedTarget;
  readonly route: LinkedRoute;
}

/** What policy says of a part that would be lost: refuse the target, or null to leave it out and say so. */
function refuses(asking: Asking, { losses, route, target }: Lossy): Unfit | null {
  if (route.unsupported === "Drop") return null;
  const loss = losses.find(({ severity }) => severity === "meaning");
  return loss === undefined ? null : unfit(asking, loss, target);
}

function unfit({ surface }: Asking, loss: Loss, { label }: LinkedTarget): Unfit {
  const param = surface.fieldName(loss.feature);
  const message = `'${param}' cannot be sent to ${label}: ${loss.reason}.`;
  return { kind: "unfit", error: new FairleadError("unsupported_feature", message, { param }), loss };
}

function impossible(message: string): Unfit {
  return { kind: "unfit", error: new FairleadError("unsupported_feature", message, { param: "model" }), loss: null };
}
