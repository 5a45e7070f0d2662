const DATA_URL = /^data:([^;,]*)(?:;[^,]*)?;base64,/i;

/** The type and base64 text of a `data:` URL; null for any other text. The type is null where the URL has none. */
export function parseDataUrl(url: string): { readonly mimeType: string | null; readonly data: string } | null {
  const match = DATA_URL.exec(url);
  if (match === null) return null;
  const mimeType = match[1] ?? "";
  return { mimeType: mimeType === "" ? null : mimeType, data: url.slice(match[0].length) };
}

/** A `data:` URL of base64 text. */
export function toDataUrl(mimeType: string, data: string): string {
  return `data:${mimeType};base64,${data}`;
}
