import type { AdminRoute } from "../../core/admin/admin-route.ts";
import type { ObjectSchema } from "../../core/admin/json-schema.ts";
import { readParameters, readValue, type ReadValue } from "../../core/admin/read-value.ts";
import { FairleadError } from "../../core/errors.ts";
import { parseRecord } from "../../core/json/parse-record.ts";
import type { Run } from "../../pipeline/deps.ts";
import { readBody } from "../../pipeline/read-body.ts";
import { requireJson } from "../../pipeline/require-json.ts";

const BODY_BYTES = 1024 * 1024;
/** For routes that take nothing of the kind: whatever is sent is unknown. */
const NOTHING: ObjectSchema = { type: "object", properties: {}, required: [], additionalProperties: false };

/** Of path and query. */
export interface AdminParameters {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
}

/** What a route's schemas describe of path and query, and nothing beside it. @throws FairleadError 400 */
export function readAdminParameters(route: AdminRoute, params: ReadonlyMap<string, string>, run: Run): AdminParameters {
  return {
    params: accept(readParameters(route.params ?? NOTHING, params)),
    query: accept(readParameters(route.query ?? NOTHING, new URLSearchParams(run.query))),
  };
}

/** The same of its body; undefined where it takes none. @throws FairleadError 400, 408, 413, 415 */
export async function readAdminBody({ body }: AdminRoute, request: Request, run: Run): Promise<unknown> {
  return body === null ? undefined : accept(readValue(body, await readJson(request, run)));
}

function accept<Value>(read: ReadValue<Value>): Value {
  if (read.kind === "ok") return read.value;
  throw new FairleadError(read.code, read.message, { param: read.param });
}

async function readJson(request: Request, run: Run): Promise<Readonly<Record<string, unknown>>> {
  requireJson(run.headers);
  const announced = run.headers.get("content-length");
  const text = await readBody(request, { limitBytes: BODY_BYTES, announced, watchdog: run.watchdog });
  const value = parseRecord(text);
  if (value === null) throw new FairleadError("invalid_json", "The body must be a JSON object.");
  return value;
}
