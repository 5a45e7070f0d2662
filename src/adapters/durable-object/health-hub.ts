import { decodeControl } from "../../core/control/decode-control.ts";
import { decodeHubAnswer } from "../../core/health/decode-hub-messages.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { HealthHub } from "../../ports/health-hub.ts";
import type { ObjectNamespace } from "./objects.ts";

/** The hub object of this deployment. */
export function createDurableHealthHub(objects: ObjectNamespace, name: string): HealthHub {
  return {
    async sync(question) {
      const reply = await objects.fetch(name, "/sync", question);
      if (!isRecord(reply)) return refuse();
      const health = reply["health"] === null ? null : (decodeHubAnswer(reply["health"]) ?? refuse());
      const control = reply["control"] === null ? null : (decodeControl(reply["control"]) ?? refuse());
      return { health, control };
    },
  };
}

/** @throws Error always */
function refuse(): never {
  throw new Error("The health hub did not answer as a hub does.");
}
