import type { DecodedRequest, UpstreamModel } from "../dialect.ts";

const ASK_USAGE = ',"stream_options":{"include_usage":true}';

/**
 * The request as it came, with the model name spliced in. Streams are asked for their usage unless the caller said no:
 * the count is what budgets and invoices stand on.
 */
export function encodeOpenAiUpstream(request: DecodedRequest, upstream: UpstreamModel): string {
  const { text, modelSpan, streamOptionsSpan } = request;
  if (modelSpan === null) return text;
  const mayAsk = request.stream && upstream.quirks.streamUsage && request.asksUsage === null;
  let model = JSON.stringify(upstream.model);
  if (mayAsk && streamOptionsSpan === null) model += ASK_USAGE;
  if (!mayAsk || streamOptionsSpan === null) return text.slice(0, modelSpan.start) + model + text.slice(modelSpan.end);
  const options = withUsage(text.slice(streamOptionsSpan.start, streamOptionsSpan.end));
  const splices = [
    { span: modelSpan, value: model },
    { span: streamOptionsSpan, value: options },
  ].toSorted((left, right) => right.span.start - left.span.start);
  return splices.reduce((body, { span, value }) => body.slice(0, span.start) + value + body.slice(span.end), text);
}

/** `stream_options` has been checked to be an object or null. */
function withUsage(streamOptions: string): string {
  const inner = streamOptions === "null" ? "" : streamOptions.slice(1, -1).trim();
  return inner === "" ? '{"include_usage":true}' : `{"include_usage":true,${inner}}`;
}
