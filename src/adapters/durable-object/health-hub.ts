import { decodeControl } from "../../core/control/decode-control.ts";
import { decodeHubAnswer } from "../../core/health/decode-hub-messages.ts";
import { decodeKeyNews } from "../../core/registry/decode-registry.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { HealthHub } from "../../ports/health-hub.ts";
import type { ObjectNamespace } from "./objects.ts";

/** One for the deployment: its policies, its keys and its isolates' health are everybody's. */
export const HUB_NAME = "hub";

/** The hub object of this deployment. */
export function createDurableHealthHub(objects: ObjectNamespace, name: string): HealthHub {
  return {
    async sync(question) {
      const reply = await objects.fetch(name, "/sync", question);
      if (!isRecord(reply)) return refuse();
      const health = reply["health"] === null ? null : (decodeHubAnswer(reply["health"]) ?? refuse());
      const control = reply["control"] === null ? null : (decodeControl(reply["control"]) ?? refuse());
      const keys = (reply["keys"] ?? null) === null ? null : (decodeKeyNews(reply["keys"]) ?? refuse());
      return { health, control, keys };
    },
  };
}

/** @throws Error always */
function refuse(): never {
  throw new Error("The health hub did not answer as a hub does.");
}
