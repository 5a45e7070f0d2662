import type { DecodedRequest, UpstreamModel } from "../dialect.ts";

/** The request as it came, with the model name spliced in. Responses always report their usage, so nothing else is asked for. */
export function encodeUpstream({ modelSpan, text }: DecodedRequest, upstream: UpstreamModel): string {
  if (modelSpan === null) return text;
  return text.slice(0, modelSpan.start) + JSON.stringify(upstream.model) + text.slice(modelSpan.end);
}
