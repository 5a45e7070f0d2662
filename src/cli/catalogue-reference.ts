import type { CatalogueAuth, CatalogueRow } from "../core/policy/catalogue.ts";
import { compareText } from "../core/policy/problem.ts";
import { CATALOGUE } from "../providers/catalogue.ts";

const INTRODUCTION = `## Catalogue

What \`LLMProvider.spec.catalogue\` may name. Callers of a dialect that is spoken there are forwarded as they come, all others are translated into the first one.
Words in capitals in an address are the account's own: such a row needs \`spec.baseURL\`, and \`{region}\` needs \`spec.aws.region\`. Answers and streams of a row that is
mended are looked at chunk by chunk, unless \`spec.repair\` is \`Disabled\`. Models with a price have context window and capabilities as well; where more are offered, targets may name any.
What the credential of an AWS signature or of a Google service account holds is said at \`spec.endpoint.auth\`.

| row | speaks | where | credential | mended | models with a price |
|---|---|---|---|---|---|
`;

/** Every row of the catalogue, by name. */
export function catalogueReference(): string {
  const rows = Object.entries(CATALOGUE).toSorted(([left], [right]) => compareText(left, right));
  return `${INTRODUCTION}${rows.map(([name, row]) => rowText(name, row)).join("\n")}\n`;
}

function rowText(name: string, row: CatalogueRow): string {
  const speaks = [row.dialect, ...row.alsoSpeaks].join(", ");
  const where = row.baseUrl ?? row.baseUrlForm ?? "";
  const credential = row.needsCredential ? credentialText(row.auth) : "none needed";
  const priced = Object.keys(row.models).length;
  const more = row.offersMore ? "any" : "";
  const models = [priced === 0 ? "" : String(priced), more].filter((part) => part !== "").join(", ");
  return `| [\`${name}\`](${row.docs}) | ${speaks} | \`${where}\` | ${credential} | ${row.quirks.repair ? "yes" : ""} | ${models} |`;
}

function credentialText(auth: CatalogueAuth): string {
  switch (auth.kind) {
    case "header":
      return `\`${auth.header}\``;
    case "sigv4":
      return "AWS signature";
    case "google-service-account":
      return "Google service account";
  }
}
