/** A text as it stands between the quotes of a JSON string. */
export function escapeText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The text behind what stands between the quotes of a JSON string. @throws SyntaxError where that is cut inside an escape */
export function unescapeText(escaped: string): string {
  return String(JSON.parse(`"${escaped}"`));
}

/** Whether a text may stand between the quotes of a JSON string. */
export function isEscapedText(text: string): boolean {
  try {
    unescapeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Where the JSON string that has begun before `from` ends; -1 where it does not. */
export function closingQuote(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (text.charCodeAt(index) === 0x5c) index += 1;
    else if (text.charCodeAt(index) === 0x22) return index;
  }
  return -1;
}
