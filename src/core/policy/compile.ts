import { sha256Hex } from "../sha256-hex.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Catalogue } from "./catalogue.ts";
import { checkEmbedder } from "./check-embedder.ts";
import { checkFallbacks } from "./check-fallbacks.ts";
import { checkSecrets } from "./check-secrets.ts";
import { checkTokens } from "./check-tokens.ts";
import { checkKeyIds, compileConsumer } from "./compile-consumer.ts";
import { compileGateway } from "./compile-gateway.ts";
import { compileProvider, type ProviderEntry } from "./compile-provider.ts";
import { compileRoutes } from "./compile-route.ts";
import { COMPILED_FORMAT_VERSION, type CompiledPolicy } from "./compiled.ts";
import { checkObjects, checkVirtualModels, virtualModels } from "./check-objects.ts";
import { compareProblems, compareText, createProblem, type Problem, type Report } from "./problem.ts";
import { type PolicyFile, readDocuments } from "./read-documents.ts";
import { type PolicyObject, readObject } from "./read-object.ts";
import type { Consumer } from "./schema/consumer.ts";
import type { PolicyDocument, PolicyKind } from "./schema/kinds.ts";
import type { LLMGateway } from "./schema/llm-gateway.ts";
import type { LLMProvider } from "./schema/llm-provider.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";

export interface CompileInput {
  readonly files: readonly PolicyFile[];
  readonly catalogue: Catalogue;
  /** Only `<NAME>_BASE_URL` and `<NAME>_MODEL` of the providers are read; secrets never are. */
  readonly environment: Readonly<Record<string, string>>;
  readonly epoch: number;
  readonly generation: number;
}

/** What a compile found, for people and logs. */
export interface CompileReport {
  readonly providers: number;
  readonly routes: number;
  readonly consumers: number;
  readonly keys: number;
  /** Variables that hold credentials, the gateway's own among them, sorted. */
  readonly credentialVariables: readonly string[];
  /** Variables that replaced a base URL or model, sorted. */
  readonly overrides: readonly string[];
}

export type CompileResult =
  | {
      readonly kind: "compiled";
      readonly policy: CompiledPolicy;
      readonly warnings: readonly Problem[];
      readonly report: CompileReport;
    }
  /** All errors, and the warnings among them. */
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

/**
 * Policy files → one deterministic document, or every problem at once. The order of the files does not matter, and no
 * text makes it throw.
 */
export async function compilePolicy(input: CompileInput): Promise<CompileResult> {
  const problems: Problem[] = [];
  const report: Report = (problem) => void problems.push(problem);
  const { objects, isIncomplete } = readObjects(input.files, report);
  const { body, entries } = compileObjects(objects, { input, isIncomplete, report });
  problems.sort(compareProblems);
  if (problems.some(({ severity }) => severity === "error")) return { kind: "rejected", problems };
  const digest = await sha256Hex(canonicalJson(body));
  const { epoch, generation } = input;
  const policy: CompiledPolicy = { formatVersion: COMPILED_FORMAT_VERSION, epoch, generation, digest, ...body };
  return { kind: "compiled", policy, warnings: problems, report: summarise(policy, entries) };
}

function readObjects(files: readonly PolicyFile[], report: Report) {
  const objects: PolicyObject[] = [];
  let isIncomplete = false;
  for (const file of files.toSorted((left, right) => compareText(left.path, right.path))) {
    const documents = readDocuments(file, (problem) => {
      isIncomplete = true;
      report(problem);
    });
    for (const document of documents) {
      const object = readObject(document, report);
      if (object !== null) objects.push(object);
      isIncomplete ||= object === null;
    }
  }
  return { objects, isIncomplete };
}

interface ObjectsContext {
  readonly input: CompileInput;
  readonly isIncomplete: boolean;
  readonly report: Report;
}

function compileObjects(objects: readonly PolicyObject[], { input, isIncomplete, report }: ObjectsContext) {
  checkObjects(objects, report);
  const gateways = ofKind<LLMGateway>(objects, "LLMGateway");
  const settings = compileGateway(gateways, report);
  const { catalogue, environment } = input;
  const { allowedOrigins } = settings;
  const entries = ofKind<LLMProvider>(objects, "LLMProvider").map((object) =>
    compileProvider(object, { catalogue, environment, allowedOrigins, report }),
  );
  checkSecrets({ entries, others: settings.secrets }, report);
  const providers = new Map(entries.map((entry) => [entry.object.id, entry]));
  const providerNames = namesByNamespace(entries.map(({ object }) => object));
  checkEmbedder(gateways, { providers, providerNames, isIncomplete, report });
  const policies = ofKind<RoutingPolicy>(objects, "RoutingPolicy");
  checkVirtualModels(policies, report);
  checkFallbacks(policies, { isIncomplete }, report);
  const consumerObjects = ofKind<Consumer>(objects, "Consumer");
  const consumerNames = namesByNamespace(consumerObjects);
  const routes = policies.flatMap((object) =>
    compileRoutes(object, { providers, providerNames, consumerNames, isIncomplete, settings, report }),
  );
  if (policies.length === 0 && !isIncomplete) {
    const file = input.files.map(({ path }) => path).toSorted()[0] ?? ".";
    report(createProblem("no_routes", { file, document: 1, line: 1, column: 1, path: "" }));
  }
  checkKeyIds(consumerObjects, report);
  checkTokens(consumerObjects, { issuers: settings.gateway.authentication.jwt.map(({ name }) => name), isIncomplete, report });
  const models = virtualModels(policies);
  const byId = new Map(consumerObjects.map((object) => [object.id, object]));
  const consumers = consumerObjects.map((object) =>
    compileConsumer(object, { consumers: byId, models, providers: providerNames, isIncomplete, report }),
  );
  const compiled = entries.flatMap((entry) => entry.compiled ?? []);
  return { body: { gateway: settings.gateway, providers: compiled, routes, consumers }, entries };
}

/** Objects of one kind in the order of their ids, which is the order of the output. */
function ofKind<Body extends PolicyDocument>(objects: readonly PolicyObject[], kind: PolicyKind & Body["kind"]) {
  const isOfKind = (object: PolicyObject): object is PolicyObject<Body> => object.kind === kind;
  return objects.filter(isOfKind).toSorted((left, right) => compareText(left.id, right.id));
}

/** Sorted, because the objects are. */
function namesByNamespace(objects: readonly PolicyObject[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { name, namespace } of objects) {
    const list = names.get(namespace) ?? [];
    names.set(namespace, list);
    list.push(name);
  }
  return names;
}

function summarise(policy: CompiledPolicy, entries: readonly ProviderEntry[]): CompileReport {
  const { redis } = policy.gateway.ledger;
  const variables = policy.providers.flatMap(({ credentials }) => credentials.map(({ variable }) => variable));
  if (redis !== null) variables.push(redis.variable);
  return {
    providers: policy.providers.length,
    routes: policy.routes.length,
    consumers: policy.consumers.length,
    keys: policy.consumers.reduce((count, { keys }) => count + keys.length, 0),
    credentialVariables: [...new Set(variables)].toSorted(),
    overrides: [...new Set(entries.flatMap(({ overrides }) => overrides))].toSorted(),
  };
}
