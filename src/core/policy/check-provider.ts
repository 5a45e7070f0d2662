import type { CatalogueRow } from "./catalogue.ts";
import { placeIn, reportDuplicates, reportUnlessOne } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { AUTH_KINDS, type Endpoint, QUIRK_DIALECTS } from "./schema/endpoint.ts";
import { type LLMProvider, PROVIDER_SOURCES } from "./schema/llm-provider.ts";

type ProviderObject = PolicyObject<LLMProvider>;

/** Rules over several fields, which the schema of one field cannot state. */
export function checkProvider(object: ProviderObject, report: Report): void {
  const { spec } = object.body;
  reportUnlessOne(object, { path: ["spec"], names: PROVIDER_SOURCES, body: spec }, report);
  for (const [field, allowed] of conflicts(object)) {
    report(createProblem("field_conflict", placeIn(object, "spec", field), { allowed: [allowed] }));
  }
  if (spec.endpoint !== undefined) checkEndpoint(object, spec.endpoint, report);
  const credentials = (spec.credentials ?? []).map(({ name }) => name);
  reportDuplicates(object, { path: ["spec", "credentials"], names: credentials, field: "name" }, report);
  const models = (spec.models ?? []).map(({ name }) => name);
  reportDuplicates(object, { path: ["spec", "models"], names: models, field: "name" }, report);
}

function conflicts({ body: { spec }, isPartial }: ProviderObject): readonly (readonly [field: string, allowed: string])[] {
  const isElsewhere = spec.catalogue === undefined && !isPartial;
  return [
    spec.baseURL !== undefined && isElsewhere
      ? (["baseURL", "baseURL together with catalogue; an endpoint has a baseURL of its own"] as const)
      : null,
    spec.aws !== undefined && isElsewhere
      ? (["aws", "aws together with catalogue; an endpoint has auth.sigv4.region"] as const)
      : null,
    spec.simulator !== undefined && spec.credentials !== undefined
      ? (["credentials", "a simulator without credentials"] as const)
      : null,
  ].filter((conflict) => conflict !== null);
}

function checkEndpoint(object: ProviderObject, endpoint: Endpoint, report: Report): void {
  checkAuth(object, endpoint.auth ?? {}, report);
  const spoken = new Set<string>([endpoint.dialect ?? "openai-chat"]);
  for (const [index, name] of (endpoint.alsoSpeaks ?? []).entries()) {
    const place = placeIn(object, "spec", "endpoint", "alsoSpeaks", index);
    if (spoken.has(name)) report(createProblem("duplicate_dialect", place, { found: quoted(name) }));
    spoken.add(name);
  }
  const written = object.isPartial ? [] : Object.entries(QUIRK_DIALECTS).filter(([field]) => field in endpoint);
  for (const [field, dialects] of written) {
    if (dialects.some((name) => spoken.has(name))) continue;
    const allowed = [`${field} together with ${dialects.join(" or ")} in dialect or alsoSpeaks`];
    report(createProblem("field_conflict", placeIn(object, "spec", "endpoint", field), { allowed }));
  }
}

/** `sigv4` and `googleServiceAccount` stand alone, and are pointless without a credential. */
function checkAuth(object: ProviderObject, auth: NonNullable<Endpoint["auth"]>, report: Report): void {
  const [kind] = AUTH_KINDS.filter((name) => auth[name] !== undefined);
  if (kind === undefined) return;
  const place = placeIn(object, "spec", "endpoint", "auth");
  const fields = Object.keys(auth);
  if (fields.length > 1) report(createProblem("exactly_one", place, { found: fields.join(" and "), allowed: AUTH_CHOICES }));
  const { credentials = [] } = object.body.spec;
  if (credentials.length === 0 && !object.isPartial) report(createProblem("missing_credentials", place));
}

const AUTH_CHOICES = ["header and prefix", ...AUTH_KINDS];

/** Rules between a provider and the row it names. */
export function checkAgainstRow(object: ProviderObject, row: CatalogueRow, report: Report): void {
  const { catalogue = "", aws } = object.body.spec;
  const hasRegions = row.auth.kind === "sigv4" || row.baseUrl?.includes("{region}") === true;
  if (hasRegions && aws === undefined && !object.isPartial) {
    const says = `row ${catalogue} has regions, and spec.aws.region names none`;
    report(
      createProblem("missing_region", placeIn(object, "spec", "catalogue"), { says, allowed: ["a region such as us-east-1"] }),
    );
  }
  if (!hasRegions && aws !== undefined) {
    report(createProblem("field_conflict", placeIn(object, "spec", "aws"), { allowed: ["aws with a row that has regions"] }));
  }
}
