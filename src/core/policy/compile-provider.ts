import type { Catalogue, CatalogueRow } from "./catalogue.ts";
import { checkAgainstRow, checkProvider } from "./check-provider.ts";
import { compileLimits } from "./compile-limits.ts";
import type { CompiledProvider } from "./compiled.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import { type Destination, environmentPlace, findDestination } from "./provider-destination.ts";
import { authOf, traitsOf } from "./provider-traits.ts";
import type { PolicyObject } from "./read-object.ts";
import type { LLMProvider } from "./schema/llm-provider.ts";
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

/** Resolves where a provider is and what is sent there. Reports whatever makes it unusable. */
export function compileProvider(object: PolicyObject<LLMProvider>, context: ProviderContext): ProviderEntry {
  checkProvider(object, context.report);
  const isSimulator = object.body.spec.simulator !== undefined;
  const row = findRow(object, context);
  if (row !== null) checkAgainstRow(object, row, context.report);
  const destination = isSimulator ? null : findDestination(object, { ...context, row });
  const modelOverride = readModelOverride(object, context);
  const overrides = [...(destination?.variable === undefined ? [] : [destination.variable]), ...modelOverride.variables];
  const entry = { object, row, modelOverride: modelOverride.model, overrides };
  if (isSimulator) {
    warnUnusedBaseUrl(object, context);
    return {
      ...entry,
      compiled: toCompiled(object, { row, baseUrl: SIMULATOR_ORIGIN, origin: SIMULATOR_ORIGIN }, context.report),
    };
  }
  if (destination === null) return { ...entry, compiled: null };
  return { ...entry, compiled: toCompiled(object, { row: rowElsewhere(row, destination), ...destination.url }, context.report) };
}

/**
 * What a row says beyond its dialect was seen at its own address. A server that the environment puts in its place speaks the
 * dialect, or it would not be put there, and nothing else that anyone knows of.
 */
function rowElsewhere(row: CatalogueRow | null, { url, variable }: Destination): CatalogueRow | null {
  const isElsewhere = variable !== undefined && url.baseUrl !== row?.baseUrl;
  return row === null || row.isSelfHosted || row.baseUrl === null || !isElsewhere ? row : { ...row, alsoSpeaks: [] };
}

interface Resolved {
  readonly row: CatalogueRow | null;
  readonly baseUrl: string;
  readonly origin: string;
}

function toCompiled(object: PolicyObject<LLMProvider>, { baseUrl, origin, row }: Resolved, report: Report): CompiledProvider {
  const { spec } = object.body;
  const credentials = (spec.credentials ?? []).map(({ limits, name, secretKeyRef }, index) => {
    const written = { object, path: ["spec", "credentials", index], limits, owner: `credential/${object.name}#${name}` };
    return { name, variable: variableName(secretKeyRef.name, secretKeyRef.key), origin, limits: compileLimits(written, report) };
  });
  return {
    id: object.id,
    name: object.name,
    tenant: object.namespace,
    ...traitsOf(spec, row),
    transport: spec.simulator === undefined ? "http" : "simulator",
    baseUrl,
    trustDomain: spec.trustDomain ?? null,
    health: spec.health !== "Disabled",
    auth: credentials.length === 0 ? null : authOf(spec, row),
    credentials,
  };
}

function findRow(object: PolicyObject<LLMProvider>, { catalogue, report }: ProviderContext): CatalogueRow | null {
  const { catalogue: name, credentials = [] } = object.body.spec;
  if (name === undefined) return null;
  const row = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  const place = placeIn(object, "spec", "catalogue");
  if (row === undefined) {
    const rows = Object.keys(catalogue).toSorted();
    const suggestion = nearestName(name, rows);
    report(createProblem("unknown_catalogue_row", place, { found: quoted(name), allowed: rows, suggestion }));
    return null;
  }
  if (row.needsCredential && credentials.length === 0 && !object.isPartial) {
    report(createProblem("missing_credentials", place, { found: quoted(name) }));
  }
  return row;
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
