import type { PathSegment, SourceNode } from "./source-node.ts";
import { isList, isMap, pathText } from "./source-node.ts";

/** Everything that can be wrong with policy files. The codes are the same in the CLI, in conditions and in the docs. */
export const PROBLEM_TABLE = {
  file_too_large: { severity: "error", says: "the file is larger than 256 KiB" },
  yaml_syntax: { severity: "error", says: "the text is not valid YAML" },
  yaml_too_complex: { severity: "error", says: "the document nests too deeply, has too many nodes or too many aliases" },
  forbidden_key: { severity: "error", says: "the key is never allowed in a policy" },
  duplicate_field: { severity: "error", says: "the field is written twice" },
  unknown_kind: { severity: "error", says: "no such kind" },
  unknown_field: { severity: "error", says: "no such field" },
  missing_field: { severity: "error", says: "a required field is missing" },
  wrong_type: { severity: "error", says: "the value has the wrong type" },
  invalid_value: { severity: "error", says: "the value is not allowed" },
  empty_list: { severity: "error", says: "the list needs at least one entry" },
  too_many: { severity: "error", says: "the list has too many entries" },
  out_of_range: { severity: "error", says: "the value is out of range" },
  exactly_one: { severity: "error", says: "exactly one of several fields must be set" },
  field_conflict: { severity: "error", says: "the field does not go with another one" },
  duplicate_object: { severity: "error", says: "an object of this kind, namespace and name exists already" },
  duplicate_gateway: { severity: "error", says: "a policy set has one LLMGateway, and this is another" },
  duplicate_name: { severity: "error", says: "the name is used twice in its list" },
  duplicate_target: { severity: "error", says: "the group names this target twice" },
  duplicate_virtual_model: { severity: "error", says: "another policy of this namespace serves this model already" },
  duplicate_limit: { severity: "error", says: "the same is limited twice" },
  unknown_parent: { severity: "error", says: "no Consumer of this name in the namespace" },
  parent_cycle: { severity: "error", says: "the consumers are each other's parents" },
  duplicate_key_id: { severity: "error", says: "another key has this id" },
  unknown_issuer: { severity: "error", says: "LLMGateway.spec.authentication.jwt has no issuer of this name" },
  ambiguous_tokens: { severity: "error", says: "a token could be this consumer's and another's" },
  unknown_catalogue_row: { severity: "error", says: "the catalogue has no such row" },
  missing_base_url: { severity: "error", says: "every account of this provider has a base URL of its own" },
  missing_region: { severity: "error", says: "this provider has regions, and none is named" },
  duplicate_dialect: { severity: "error", says: "the dialect is named already" },
  unknown_provider: { severity: "error", says: "no LLMProvider of this name in the namespace" },
  unknown_model: { severity: "error", says: "the provider does not list this model" },
  unmatched_model: { severity: "error", says: "the policy serves no such model, so the rule never applies" },
  unknown_virtual_model: { severity: "error", says: "no policy of the namespace serves this virtual model" },
  fallback_cycle: { severity: "error", says: "the policies lead back to each other" },
  percent_sum: { severity: "error", says: "the variants' percentages must add up to 100%" },
  invalid_expression: { severity: "error", says: "the condition cannot be evaluated" },
  unknown_time_zone: { severity: "error", says: "there is no such time zone" },
  no_allowed_target: { severity: "error", says: "no target of the rule is in one of the jurisdictions" },
  unreachable_rule: { severity: "error", says: "an earlier rule always applies, so this one never does" },
  no_capable_target: { severity: "error", says: "no target of the rule has every required capability" },
  no_embeddings: { severity: "error", says: "the provider cannot be asked for embeddings" },
  no_affordable_target: { severity: "error", says: "no target of the group is known to cost as little as the balance allows" },
  timeout_order: { severity: "error", says: "the limit is longer than the total" },
  key_never_valid: { severity: "error", says: "the key expires before it becomes valid" },
  variable_collision: { severity: "error", says: "two different things read the same variable" },
  reserved_variable: { severity: "error", says: "variables that start with FAIRLEAD_ hold the router's own secrets" },
  invalid_url: { severity: "error", says: "the value is not a usable http(s) URL" },
  ambiguous_host: { severity: "error", says: "the host is not written in its canonical form" },
  url_credentials: { severity: "error", says: "a URL must not hold credentials" },
  private_address: {
    severity: "error",
    says: "the host is private, and LLMGateway.spec.network.allowPrivate does not name the origin",
  },
  metadata_address: { severity: "error", says: "link-local and cloud metadata addresses are never allowed" },
  insecure_url: { severity: "error", says: "plain http is not allowed for this origin" },
  port_not_allowed: {
    severity: "error",
    says: "the port is not 443, and LLMGateway.spec.network.allowPrivate does not name the origin",
  },
  plain_http: { severity: "warning", says: "credentials and prompts go to a public host without encryption" },
  missing_credentials: { severity: "warning", says: "the provider wants a credential and none is listed" },
  shared_secret: { severity: "warning", says: "one secret is sent to several origins" },
  unknown_capability: {
    severity: "warning",
    says: "nothing is known of what this model can do, so it counts as able; its LLMProvider can list capabilities",
  },
  incapable_target: { severity: "warning", says: "the target lacks a required capability, so it is never asked" },
  excluded_target: { severity: "warning", says: "the target is outside the rule's jurisdictions, so it is never asked" },
  unknown_place: { severity: "warning", says: "the gateway does not say where the router is, so what is near is not known" },
  unpriced_target: {
    severity: "warning",
    says: "the balance limits prices and this target's is not known, so it is never asked; its LLMProvider can state a price",
  },
  unknown_consumer: { severity: "warning", says: "there is no Consumer of this name in the namespace" },
  absent_provider: { severity: "warning", says: "the namespace has no LLMProvider of this name" },
  unserved_model: { severity: "warning", says: "no policy of the namespace serves this model" },
  no_routes: { severity: "warning", says: "there is no RoutingPolicy, so no model is served" },
  unused_variable: { severity: "warning", says: "the variable has no effect" },
} as const satisfies Readonly<Record<string, { readonly severity: "error" | "warning"; readonly says: string }>>;

export type ProblemCode = keyof typeof PROBLEM_TABLE;

/** One defect, with everything a person needs to mend it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  /** Path of the file as it was given; `environment` for a variable. */
  readonly file: string;
  /** 1-based position of the YAML document in its file. */
  readonly document: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** Such as `spec.rules[0].groups[1].targets[0].provider`; empty for the document itself. */
  readonly path: string;
  readonly found: string | null;
  /** Names, or one phrase that says what is allowed. */
  readonly allowed: readonly string[];
  /** The valid name nearest to what was found. */
  readonly suggestion: string | null;
  /** The whole sentence, without the position. */
  readonly message: string;
}

export type Report = (problem: Problem) => void;

export interface ProblemDetail {
  readonly says?: string;
  /** As it is to be shown; text from a file goes through `quoted` first. */
  readonly found?: string | null;
  readonly allowed?: readonly string[];
  readonly suggestion?: string | null;
}

/** Where a problem is. */
export interface Place {
  readonly file: string;
  readonly document: number;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

const MOST_ALLOWED_SHOWN = 16;
const LONGEST_FOUND = 80;
/** Shapes of API keys: someone may have pasted one into a wrong field, and problems end up in CI logs. */
const SECRET_SHAPES = /\b(sk|fl|fla|AIza|ghp|gho|xox[a-z]|hf|pk|rk)([-_])?[A-Za-z0-9_-]{16,}/g;

/** Builds a problem; its message names place, finding, what is allowed and the nearest valid name. */
export function createProblem(code: ProblemCode, place: Place, detail: ProblemDetail = {}): Problem {
  const found = detail.found ?? null;
  const allowed = detail.allowed ?? [];
  const suggestion = detail.suggestion ?? null;
  const parts = [
    `${place.path === "" ? "" : `${place.path}: `}${detail.says ?? PROBLEM_TABLE[code].says}`,
    found === null ? "" : `, found ${found}`,
    allowed.length === 0 ? "" : `; allowed: ${listed(allowed)}`,
    suggestion === null ? "" : `; did you mean "${suggestion}"?`,
  ];
  const { severity } = PROBLEM_TABLE[code];
  return { code, severity, ...place, found, allowed, suggestion, message: parts.join("") };
}

/** `file:line:column code: message`, which terminals and editors make clickable. */
export function renderProblem(problem: Problem): string {
  const code = problem.severity === "warning" ? `warning ${problem.code}` : problem.code;
  return `${problem.file}:${problem.line}:${problem.column} ${code}: ${problem.message}`;
}

/** The same order for the same problems, whatever order they were found in. */
export function compareProblems(left: Problem, right: Problem): number {
  return (
    compareText(left.file, right.file) ||
    left.line - right.line ||
    left.column - right.column ||
    compareText(left.code, right.code) ||
    compareText(left.message, right.message)
  );
}

/** Order of UTF-16 code units: the same on every machine, unlike a locale's order. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The place of a node; `at: "key"` points at the field's name instead of its value. */
export function placeOf(node: SourceNode, at: "key" | "value" = "value", deeper: readonly PathSegment[] = []): Place {
  const position = at === "key" ? node.keyPosition : node.position;
  return { ...node.origin, ...position, path: pathText([...node.path, ...deeper]) };
}

/** Text from a file, fit to be shown: quoted, short, on one line and without what looks like a secret. */
export function quoted(found: string): string {
  const masked = found.replace(SECRET_SHAPES, (_, prefix: string) => `${prefix}…`).replace(/\/\/[^/@\s]*@/, "//…@");
  const characters = [...masked];
  const short = characters.length > LONGEST_FOUND ? `${characters.slice(0, LONGEST_FOUND).join("")}…` : masked;
  return JSON.stringify(short);
}

/** What a file holds there, fit to be shown. */
export function describeNode({ content }: SourceNode): string {
  if (isMap(content)) return "a map";
  if (isList(content)) return "a list";
  if (content === null) return "nothing";
  return typeof content === "string" ? quoted(content) : String(content);
}

function listed(allowed: readonly string[]): string {
  const shown = allowed.slice(0, MOST_ALLOWED_SHOWN).join(", ");
  return allowed.length > MOST_ALLOWED_SHOWN ? `${shown} and ${allowed.length - MOST_ALLOWED_SHOWN} more` : shown;
}
