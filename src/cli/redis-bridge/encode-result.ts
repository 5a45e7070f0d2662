/** What Redis answered as Upstash's protocol writes it: text in base64 where the client asked for that, except `OK`. */
export function encodeResult(result: unknown, isBase64: boolean): unknown {
  if (Buffer.isBuffer(result)) {
    const text = result.toString("utf8");
    return isBase64 && text !== "OK" ? result.toString("base64") : text;
  }
  if (Array.isArray(result)) return result.map((each: unknown) => encodeResult(each, isBase64));
  if (typeof result === "bigint") return Number(result);
  return result ?? null;
}
