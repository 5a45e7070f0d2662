import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { closeNow, HOST, listen } from "../../rigs/chaos-upstream/listen.ts";
import { healthyJsonBytes } from "../../rigs/chaos-upstream/index.ts";

/** An OpenAI-compatible server whose models have windows: `fits-1000` takes bodies of up to a thousand characters. */
export interface SizedUpstream {
  readonly url: string;
  /** Models asked, in order. */
  asked(): readonly string[];
  close(): Promise<void>;
}

const TOO_LONG = {
  error: {
    message: "This model's maximum context length was exceeded.",
    type: "invalid_request_error",
    param: "messages",
    code: "context_length_exceeded",
  },
};

/** Starts it on the loopback interface. */
export async function startSizedUpstream(): Promise<SizedUpstream> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { model } = JSON.parse(body) as { readonly model: string }; // the router under test writes it
      asked.push(model);
      const fits = body.length <= Number(model.split("-")[1]);
      response.writeHead(fits ? 200 : 400, { "content-type": "application/json" });
      response.end(fits ? healthyJsonBytes(JSON.parse(body)) : JSON.stringify(TOO_LONG));
    });
  });
  const port = await listen(server, 0);
  return { url: `http://${HOST}:${port}/v1`, asked: () => [...asked], close: () => closeNow(server) };
}
