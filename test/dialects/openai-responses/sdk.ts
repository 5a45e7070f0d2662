import OpenAI from "openai";

/** The official SDK with a server that gives this text, whatever is asked. */
function clientOf(body: string, contentType: string): OpenAI {
  const answer = (): Promise<Response> => Promise.resolve(new Response(body, { headers: { "content-type": contentType } }));
  return new OpenAI({ apiKey: "sk-test", baseURL: "http://upstream.invalid/v1", maxRetries: 0, fetch: answer });
}

/** The response that `responses.stream()` puts together. Rejects where it finds the stream at fault. */
export function streamed(sse: string): Promise<OpenAI.Responses.Response> {
  return clientOf(sse, "text/event-stream").responses.stream({ model: "m", input: "x" }).finalResponse();
}

/** The events that `responses.create({stream: true})` yields. Rejects at an error event. */
export async function iterated(sse: string): Promise<readonly OpenAI.Responses.ResponseStreamEvent[]> {
  const events: OpenAI.Responses.ResponseStreamEvent[] = [];
  const stream = await clientOf(sse, "text/event-stream").responses.create({ model: "m", input: "x", stream: true });
  for await (const event of stream) events.push(event);
  return events;
}

/** The response that `responses.create()` gives. */
export function created(json: string): Promise<OpenAI.Responses.Response> {
  return clientOf(json, "application/json").responses.create({ model: "m", input: "x" });
}
