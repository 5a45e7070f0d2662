import { type Changed, type ControlChange } from "../../core/control/control-state.ts";
import { decodeControl } from "../../core/control/decode-control.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ControlPlane } from "../../ports/control-plane.ts";
import type { ObjectNamespace } from "./objects.ts";

/** Administrators' decisions in the deployment's hub object. */
export function createDurableControlPlane(objects: ObjectNamespace, name: string): ControlPlane {
  return {
    async read() {
      return readState(await objects.fetch(name, "/control"));
    },
    async change(change: ControlChange): Promise<Changed> {
      const answer = await objects.fetch(name, "/control/change", change);
      if (isRecord(answer) && answer["kind"] === "refused" && typeof answer["message"] === "string") {
        const reason = answer["reason"] === "forbidden" ? "forbidden" : "conflict";
        return { kind: "refused", reason, message: answer["message"] };
      }
      return { kind: "changed", state: readState(isRecord(answer) ? answer["state"] : null) };
    },
    async publish(digest, document) {
      await objects.fetch(name, `/control/document?digest=${digest}`, document);
    },
    async document(digest) {
      const answer = await objects.fetch(name, `/control/document?digest=${digest}`);
      return typeof answer === "string" ? answer : null;
    },
  };
}

function readState(value: unknown) {
  const state = decodeControl(value);
  if (state === null) throw new Error("The hub did not answer with a control state.");
  return state;
}
