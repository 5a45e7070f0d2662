import { type AcceptedUrl, checkBaseUrl } from "./check-base-url.ts";
import { createProblem, type Place, quoted, type Report } from "./problem.ts";

/** A base URL as it is written somewhere; null, with the problem reported, where it may not be a destination. */
export function checkWritten(
  written: { readonly text: string; readonly place: Place },
  { allowedOrigins, report }: { readonly allowedOrigins: ReadonlySet<string>; readonly report: Report },
): AcceptedUrl | null {
  const checked = checkBaseUrl(written.text, allowedOrigins);
  if (checked.kind === "refused") {
    report(createProblem(checked.code, written.place, { found: quoted(written.text), allowed: checked.allowed }));
    return null;
  }
  if (checked.isPlainPublic) report(createProblem("plain_http", written.place, { found: checked.origin }));
  return checked;
}
