import type { RunningRouter } from "../../../src/cli/local-router.ts";
import { askRouter, type Heard } from "../faults/ask-router.ts";

/** A small chat request for the model; `more` adds or replaces fields. */
export function chatBody(model: string, more: object = {}): object {
  return { model, messages: [{ role: "user", content: "Where is the harbour?" }], ...more };
}

/** One small chat request. Never rejects. */
export function askChat(router: Pick<RunningRouter, "url" | "key">, model: string, more: object = {}): Promise<Heard> {
  return askRouter(router, chatBody(model, more));
}

/** `provider/model` that answered; empty when nobody did. */
export function targetOf({ headers }: Heard): string {
  return headers["x-fairlead-target"] ?? "";
}

/** The code of an error answer; empty when it is none. */
export function codeOf({ body }: Heard): string {
  return /"code":"([a-z_]+)"/.exec(body.toString())?.[1] ?? "";
}
