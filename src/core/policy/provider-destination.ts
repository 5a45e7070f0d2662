import type { CatalogueRow } from "./catalogue.ts";
import type { AcceptedUrl } from "./check-base-url.ts";
import { checkWritten } from "./check-written-url.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, type Place, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { LLMProvider } from "./schema/llm-provider.ts";
import { variableName } from "./variable-name.ts";

export interface DestinationContext {
  readonly environment: Readonly<Record<string, string>>;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly row: CatalogueRow | null;
  readonly report: Report;
}

export interface Destination {
  readonly url: AcceptedUrl;
  /** Set when the base URL came from the environment. */
  readonly variable?: string;
}

/** Where a provider is: the operator's environment before the policy before the catalogue. Reports what may not be a destination. */
export function findDestination(object: PolicyObject<LLMProvider>, context: DestinationContext): Destination | null {
  const variable = variableName(object.name, "BASE_URL");
  const override = context.environment[variable] ?? "";
  if (override === "") return findWritten(object, context);
  // Whoever sets the environment runs the gateway, so the origin named there is allowed by being named.
  const ownOrigin = URL.parse(override)?.origin ?? "";
  const allowedOrigins = new Set([...context.allowedOrigins, ownOrigin]);
  const url = checkWritten({ text: override, place: environmentPlace(variable) }, { ...context, allowedOrigins });
  return url === null ? null : { url, variable };
}

function findWritten(object: PolicyObject<LLMProvider>, context: DestinationContext): Destination | null {
  const { spec } = object.body;
  const written =
    spec.endpoint === undefined
      ? { text: spec.baseURL, path: ["baseURL"] }
      : { text: spec.endpoint.baseURL, path: ["endpoint", "baseURL"] };
  const { text, path } = written.text === undefined ? { text: rowBaseUrl(object, context), path: ["catalogue"] } : written;
  if (text === null || text === undefined) return null;
  const url = checkWritten({ text, place: placeIn(object, "spec", ...path) }, context);
  return url === null ? null : { url };
}

/** The row's own base URL; null, with the problem reported, when the account or the region has to complete it. */
function rowBaseUrl(object: PolicyObject<LLMProvider>, { row, report }: DestinationContext): string | null {
  const { aws, catalogue = "" } = object.body.spec;
  if (row === null) return null;
  if (row.baseUrl !== null) {
    const isIncomplete = row.baseUrl.includes("{region}") && aws === undefined; // reported as such
    return isIncomplete ? null : row.baseUrl.replace("{region}", aws?.region ?? "");
  }
  if (!object.isPartial) {
    const says = `every account of row ${catalogue} has a base URL of its own, and spec.baseURL names none`;
    const allowed = [`spec.baseURL, in the form ${row.baseUrlForm ?? ""}`];
    report(createProblem("missing_base_url", placeIn(object, "spec", "catalogue"), { says, allowed }));
  }
  return null;
}

/** A problem's place when the text is a variable's value. */
export function environmentPlace(variable: string): Place {
  return { file: "environment", document: 1, line: 1, column: 1, path: variable };
}
