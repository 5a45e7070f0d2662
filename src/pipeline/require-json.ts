import { FairleadError } from "../core/errors.ts";

/** `application/json`, with no charset but UTF-8: any other would be read differently by us and by the backend. */
const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;

/** @throws FairleadError `unsupported_media_type` unless the body is announced as plain JSON */
export function requireJson(headers: ReadonlyMap<string, string>): void {
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
}
