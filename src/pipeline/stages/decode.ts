import type { CompiledCaps } from "../../core/policy/compiled.ts";
import type { AddressFacts, DecodedRequest, Operation, Surface } from "../../dialects/dialect.ts";
import type { Run } from "../deps.ts";
import { readBody } from "../read-body.ts";
import { requireJson } from "../require-json.ts";

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
  requireJson(headers);
  const { surface, caps } = options;
  const limitBytes = operation === "embeddings" ? caps.embeddingsBodyBytes : caps.chatBodyBytes;
  const text = await readBody(request, { limitBytes, announced: headers.get("content-length"), watchdog: run.watchdog });
  return surface.decodeRequest(operation, text, { caps, address, headers });
}
