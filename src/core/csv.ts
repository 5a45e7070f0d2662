/** What spreadsheets take for the beginning of a formula. */
const FORMULA = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"];

/**
 * One line of CSV (RFC 4180), with its line end. Text that a spreadsheet would run as a formula stands behind an apostrophe,
 * also where it only begins so after blanks.
 */
export function csvLine(values: readonly (string | number)[]): string {
  return `${values.map((value) => (typeof value === "number" ? String(value) : quote(asText(value)))).join(",")}\r\n`;
}

function asText(text: string): string {
  const begun = text.trimStart();
  return FORMULA.some((sign) => begun.startsWith(sign) || text.startsWith(sign)) ? `'${text}` : text;
}

function quote(text: string): string {
  return ['"', ",", "\n", "\r"].some((sign) => text.includes(sign)) ? `"${text.replaceAll('"', '""')}"` : text;
}
