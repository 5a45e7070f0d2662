import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { closeNow, HOST, listen } from "../../rigs/chaos-upstream/listen.ts";
import { RETRY_AFTER_FORMS } from "./retry-after-forms.ts";

/** A server that always asks to be left alone, and keeps watch on whether it is. */
export interface PacingUpstream {
  readonly url: string;
  figures(): PacingFigures;
  close(): Promise<void>;
}

export interface PacingFigures {
  /** Requests that came after a 429 with a wait, to the same model with the same credential. */
  readonly trials: number;
  /** Those that came before their time by this server's clock. */
  readonly early: readonly string[];
  /** Of the others, the earliest after its time. Milliseconds. */
  readonly leastAfterMs: number;
}

const BODY = JSON.stringify({
  error: { message: "Rate limit reached.", type: "requests", param: null, code: "rate_limit_exceeded" },
});

/** Starts it on the loopback interface. The model `wait-12` answers with the form of that index. */
export async function startPacingUpstream(): Promise<PacingUpstream> {
  const readyAt = new Map<string, number>();
  const early: string[] = [];
  let trials = 0;
  let leastAfterMs = Infinity;
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    const now = Date.now();
    void text(request).then((body) => {
      const { model } = JSON.parse(body) as { readonly model: string }; // the router under test writes it
      const form = RETRY_AFTER_FORMS[Number(model.split("-")[1])];
      const caller = `${model} ${request.headers.authorization ?? ""}`;
      const asked = readyAt.get(caller);
      if (asked !== undefined) {
        trials += 1;
        if (now < asked) early.push(`${form?.says ?? ""}: ${asked - now} ms early`);
        else leastAfterMs = Math.min(leastAfterMs, now - asked);
      }
      if (form?.seconds !== null && form !== undefined) readyAt.set(caller, Date.now() + form.seconds * 1_000);
      response.writeHead(429, { "content-type": "application/json", ...form?.headers(Date.now()) }).end(BODY);
    });
  });
  const port = await listen(server, 0);
  return {
    url: `http://${HOST}:${port}/v1`,
    figures: () => ({ trials, early: [...early], leastAfterMs }),
    close: () => closeNow(server),
  };
}
