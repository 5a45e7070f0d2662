import { FairleadError } from "../../core/errors.ts";
import type { CompiledCaps } from "../../core/policy/compiled.ts";
import type { AddressFacts, DecodedRequest, Operation, Surface } from "../../dialects/dialect.ts";
import type { Run } from "../deps.ts";
import { readBody } from "../read-body.ts";

/** `application/json`, with no charset but UTF-8: any other would be read differently by us and by the backend. */
const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;

interface Called {
  readonly request: Request;
  readonly operation: Operation;
  readonly address: AddressFacts;
}

interface DecodeOptions {
  readonly surface: Surface;
  readonly caps: CompiledCaps;
}

/** Stage: surface dialect → the fields routing needs; the body is read once. @throws FairleadError 400, 408, 413, 415 */
export async function decode(
  { address, operation, request }: Called,
  options: DecodeOptions,
  run: Pick<Run, "headers" | "watchdog">,
): Promise<DecodedRequest> {
  const { headers } = run;
  const type = headers.get("content-type");
  if (type === undefined || (type !== "application/json" && !JSON_TYPE.test(type))) {
    throw new FairleadError("unsupported_media_type", "Send the body as 'content-type: application/json' in UTF-8.");
  }
  const encoding = headers.get("content-encoding");
  if (encoding !== undefined && encoding !== "identity") {
    throw new FairleadError(
      "unsupported_media_type",
      "Send the body without 'content-encoding'; compressed bodies are not accepted.",
    );
  }
  const { surface, caps } = options;
  const limitBytes = operation === "embeddings" ? caps.embeddingsBodyBytes : caps.chatBodyBytes;
  const text = await readBody(request, { limitBytes, announced: headers.get("content-length"), watchdog: run.watchdog });
  return surface.decodeRequest(operation, text, { caps, address, headers });
}
