import type { Catalogue, CatalogueRow } from "./catalogue.ts";
import { type AcceptedUrl, checkBaseUrl } from "./check-base-url.ts";
import type { CompiledProvider } from "./compiled.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { createProblem, type Place, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { type LLMProvider, PROVIDER_SOURCES } from "./schema/llm-provider.ts";
import { modelNameSchema } from "./schema/values.ts";
import { variableName } from "./variable-name.ts";

export interface ProviderContext {
  readonly catalogue: Catalogue;
  readonly environment: Readonly<Record<string, string>>;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly report: Report;
}

/** A provider as routes see it. `compiled` is null when it has no destination; the problem is reported then. */
export interface ProviderEntry {
  readonly object: PolicyObject<LLMProvider>;
  readonly compiled: CompiledProvider | null;
  readonly row: CatalogueRow | null;
  /** From `<NAME>_MODEL`: what every target of this provider asks for instead. */
  readonly modelOverride: string | null;
  readonly overrides: readonly string[];
}

const SIMULATOR_ORIGIN = "http://simulator.invalid";
const DEFAULT_AUTH = { header: "authorization", prefix: "Bearer " } as const;

/** Resolves where a provider is and what is sent there. Reports whatever makes it unusable. */
export function compileProvider(object: PolicyObject<LLMProvider>, context: ProviderContext): ProviderEntry {
  const { spec } = object.body;
  checkProvider(object, context.report);
  const row = findRow(object, context);
  const isSimulator = spec.simulator !== undefined;
  const destination = isSimulator ? null : findDestination(object, { ...context, row });
  const modelOverride = readModelOverride(object, context);
  const overrides = [...(destination?.variable === undefined ? [] : [destination.variable]), ...modelOverride.variables];
  const entry = { object, row, modelOverride: modelOverride.model, overrides };
  if (isSimulator) {
    warnUnusedBaseUrl(object, context);
    return { ...entry, compiled: toCompiled(object, { row, baseUrl: SIMULATOR_ORIGIN, origin: SIMULATOR_ORIGIN }) };
  }
  return { ...entry, compiled: destination === null ? null : toCompiled(object, { row, ...destination.url }) };
}

interface Resolved {
  readonly row: CatalogueRow | null;
  readonly baseUrl: string;
  readonly origin: string;
}

function toCompiled(object: PolicyObject<LLMProvider>, { row, baseUrl, origin }: Resolved): CompiledProvider {
  const { spec } = object.body;
  const credentials = (spec.credentials ?? []).map(({ name, secretKeyRef }) => ({
    name,
    variable: variableName(secretKeyRef.name, secretKeyRef.key),
    origin,
  }));
  return {
    id: object.id,
    name: object.name,
    tenant: object.namespace,
    dialect: row?.dialect ?? "openai-chat",
    transport: spec.simulator === undefined ? "http" : "simulator",
    baseUrl,
    auth: credentials.length === 0 ? null : authOf(spec.endpoint?.auth, row),
    credentials,
    quirks: { streamUsage: row?.quirks.streamUsage ?? true },
  };
}

type EndpointAuth = NonNullable<LLMProvider["spec"]["endpoint"]>["auth"];

function authOf(auth: EndpointAuth, row: CatalogueRow | null): { readonly header: string; readonly prefix: string } {
  if (auth === undefined) return row?.auth ?? DEFAULT_AUTH;
  const header = auth.header ?? DEFAULT_AUTH.header;
  return { header, prefix: auth.prefix ?? (header === DEFAULT_AUTH.header ? DEFAULT_AUTH.prefix : "") };
}

/** Rules over several fields, which the schema of one field cannot state. */
function checkProvider(object: PolicyObject<LLMProvider>, report: Report): void {
  const { spec } = object.body;
  const sources = PROVIDER_SOURCES.filter((field) => spec[field] !== undefined);
  const isCountWrong = object.isPartial ? sources.length > 1 : sources.length !== 1;
  if (isCountWrong) {
    const found = sources.length === 0 ? "none of them" : sources.join(" and ");
    report(createProblem("exactly_one", placeIn(object, "spec"), { found, allowed: PROVIDER_SOURCES }));
  }
  if (spec.baseURL !== undefined && spec.catalogue === undefined && !object.isPartial) {
    const allowed = ["baseURL together with catalogue; an endpoint has a baseURL of its own"];
    report(createProblem("field_conflict", placeIn(object, "spec", "baseURL"), { allowed }));
  }
  if (spec.simulator !== undefined && spec.credentials !== undefined) {
    report(
      createProblem("field_conflict", placeIn(object, "spec", "credentials"), { allowed: ["a simulator without credentials"] }),
    );
  }
  const credentials = (spec.credentials ?? []).map(({ name }) => name);
  reportDuplicates(object, { path: ["spec", "credentials"], names: credentials, field: "name" }, report);
  const models = (spec.models ?? []).map(({ name }) => name);
  reportDuplicates(object, { path: ["spec", "models"], names: models, field: "name" }, report);
}

function findRow(object: PolicyObject<LLMProvider>, { catalogue, report }: ProviderContext): CatalogueRow | null {
  const { catalogue: name, credentials } = object.body.spec;
  if (name === undefined) return null;
  const row = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  const place = placeIn(object, "spec", "catalogue");
  if (row === undefined) {
    const rows = Object.keys(catalogue).toSorted();
    report(
      createProblem("unknown_catalogue_row", place, { found: quoted(name), allowed: rows, suggestion: nearestName(name, rows) }),
    );
    return null;
  }
  if (row.needsCredential && (credentials ?? []).length === 0 && !object.isPartial) {
    report(createProblem("missing_credentials", place, { found: quoted(name) }));
  }
  return row;
}

type DestinationContext = ProviderContext & { readonly row: CatalogueRow | null };

interface Destination {
  readonly url: AcceptedUrl;
  /** Set when the base URL came from the environment. */
  readonly variable?: string;
}

function findDestination(object: PolicyObject<LLMProvider>, context: DestinationContext): Destination | null {
  const variable = variableName(object.name, "BASE_URL");
  const override = context.environment[variable] ?? "";
  if (override === "") return findWrittenDestination(object, context);
  // Whoever sets the environment runs the gateway, so the origin named there is allowed by being named.
  const ownOrigin = URL.parse(override)?.origin ?? "";
  const allowedOrigins = new Set([...context.allowedOrigins, ownOrigin]);
  const url = checkDestination({ text: override, place: environmentPlace(variable) }, { ...context, allowedOrigins });
  return url === null ? null : { url, variable };
}

function findWrittenDestination(object: PolicyObject<LLMProvider>, context: DestinationContext): Destination | null {
  const { spec } = object.body;
  const [text, path] =
    spec.endpoint === undefined
      ? [spec.baseURL ?? context.row?.baseUrl, [spec.baseURL === undefined ? "catalogue" : "baseURL"]]
      : [spec.endpoint.baseURL, ["endpoint", "baseURL"]];
  if (text === undefined) return null;
  const url = checkDestination({ text, place: placeIn(object, "spec", ...path) }, context);
  return url === null ? null : { url };
}

function checkDestination(
  written: { readonly text: string; readonly place: Place },
  context: ProviderContext,
): AcceptedUrl | null {
  const checked = checkBaseUrl(written.text, context.allowedOrigins);
  if (checked.kind === "refused") {
    context.report(createProblem(checked.code, written.place, { found: quoted(written.text), allowed: checked.allowed }));
    return null;
  }
  if (checked.isPlainPublic) context.report(createProblem("plain_http", written.place, { found: checked.origin }));
  return checked;
}

function readModelOverride(object: PolicyObject<LLMProvider>, { environment, report }: ProviderContext) {
  const variable = variableName(object.name, "MODEL");
  const model = environment[variable] ?? "";
  if (model === "") return { model: null, variables: [] };
  if (modelNameSchema.safeParse(model).success) return { model, variables: [variable] };
  report(createProblem("invalid_value", environmentPlace(variable), { found: quoted(model), allowed: ["a model name"] }));
  return { model: null, variables: [] };
}

function warnUnusedBaseUrl(object: PolicyObject<LLMProvider>, { environment, report }: ProviderContext): void {
  const variable = variableName(object.name, "BASE_URL");
  if ((environment[variable] ?? "") === "") return;
  report(
    createProblem("unused_variable", environmentPlace(variable), {
      says: `provider ${object.id} is a simulator and has no base URL`,
    }),
  );
}

function environmentPlace(variable: string): Place {
  return { file: "environment", document: 1, line: 1, column: 1, path: variable };
}
