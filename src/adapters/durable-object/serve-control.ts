import { type Approval, type ControlChange, KILL_KINDS } from "../../core/control/control-state.ts";
import { decodeKill, decodePurged, isShare } from "../../core/control/decode-control.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ControlStore } from "./control-store.ts";

/** The hub object's paths under `/control`: state, changes and documents. Null for any other path. */
export async function serveControl(request: Request, store: ControlStore): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  switch (`${request.method} ${pathname}`) {
    case "GET /control":
      return Response.json(store.state);
    case "POST /control/change": {
      const change = decodeChange(await request.json());
      return change === null ? new Response("No such change.", { status: 400 }) : Response.json(store.change(change));
    }
    case "GET /control/document":
      return Response.json(store.document(searchParams.get("digest") ?? ""));
    case "POST /control/document": {
      const document: unknown = await request.json();
      if (typeof document !== "string") return new Response("Expected the document as text.", { status: 400 });
      store.publish(searchParams.get("digest") ?? "", document);
      return new Response(null, { status: 204 });
    }
    default:
      return null;
  }
}

/** A change as it was sent; null for anything else. */
function decodeChange(value: unknown): ControlChange | null {
  if (!isRecord(value)) return null;
  switch (value["action"]) {
    case "start":
    case "share":
    case "promote":
    case "rollback":
      return decodeRollout(value);
    case "kill": {
      const kill = decodeKill(value["kill"]);
      return kill === null ? null : { action: "kill", kill };
    }
    case "lift":
      return decodeLift(value);
    case "purge": {
      const purged = decodePurged(value["purged"]);
      return purged === null ? null : { action: "purge", purged };
    }
    default:
      return null;
  }
}

function decodeLift({ id, kind: name }: Readonly<Record<string, unknown>>): ControlChange | null {
  const kind = KILL_KINDS.find((known) => known === name);
  return kind === undefined || typeof id !== "string" ? null : { action: "lift", kind, id };
}

function decodeRollout(value: Readonly<Record<string, unknown>>): ControlChange | null {
  const { action, base, by, digest, share } = value;
  if (typeof base !== "string") return null;
  if (action === "start") {
    if (!isShare(share) || typeof digest !== "string") return null;
    return { action, base, digest, share, ...(typeof by === "string" ? { by } : {}) };
  }
  if (action === "rollback") return { action, base };
  const approval = value["approval"] === undefined ? {} : decodeApproval(value["approval"]);
  if (approval === null) return null;
  if (action === "promote") return { action, base, ...approval };
  return isShare(share) ? { action: "share", base, share, ...approval } : null;
}

function decodeApproval(value: unknown): { readonly approval: Approval } | null {
  if (!isRecord(value) || typeof value["digest"] !== "string") return null;
  const { by, digest } = value;
  return by === null || typeof by === "string" ? { approval: { digest, by } } : null;
}
