import type * as z from "zod";
import { explainIssue, phraseFor } from "./explain-issue.ts";
import { nearestName } from "./nearest-name.ts";
import { createProblem, describeNode, placeOf, type Report } from "./problem.ts";
import type { SourceDocument } from "./read-documents.ts";
import { API_VERSION, DEFAULT_NAMESPACE } from "./schema/metadata.ts";
import { isPolicyKind, POLICY_KINDS, type PolicyDocument, type PolicyKind } from "./schema/kinds.ts";
import { isMap, nearestNode, scalarText, type SourceNode, toValue, withoutNodes } from "./source-node.ts";

/** One accepted object. `isPartial`: defective parts were left out, so that what remains can still be checked. */
export interface PolicyObject<Body extends PolicyDocument = PolicyDocument> {
  readonly kind: PolicyKind;
  readonly name: string;
  readonly namespace: string;
  /** `namespace/name`. */
  readonly id: string;
  readonly body: Body;
  readonly source: SourceNode;
  readonly isPartial: boolean;
}

/** Every round removes at least one node, and a defect can climb no further than the document is deep. */
const MOST_ROUNDS = 40;

/** Document → object of its kind. Reports every field its schema refuses; null when nothing usable is left. */
export function readObject(document: SourceDocument, report: Report): PolicyObject | null {
  const kind = readKind(document.root, report);
  if (kind === null) return null;
  const { schema } = POLICY_KINDS[kind];
  let source: SourceNode | null = document.root;
  let isPartial = document.isBroken;
  for (let round = 0; source !== null && round < MOST_ROUNDS; round++) {
    const parsed = schema.safeParse(toValue(source), { error: phraseFor });
    if (parsed.success) return createObject(parsed.data, source, isPartial);
    if (round === 0 && !document.isBroken) reportIssues(parsed.error.issues, { schema, root: source, report });
    isPartial = true;
    source = withoutDefects(source, parsed.error.issues);
  }
  return null;
}

function readKind(root: SourceNode, report: Report): PolicyKind | null {
  if (!isMap(root.content)) {
    const says = "a policy document is a map with apiVersion, kind, metadata and spec";
    report(createProblem("wrong_type", placeOf(root), { says, found: describeNode(root) }));
    return null;
  }
  const kinds = Object.keys(POLICY_KINDS);
  const node = root.content.get("kind");
  if (node === undefined) {
    report(createProblem("missing_field", placeOf(root, "value", ["kind"]), { allowed: kinds }));
    return null;
  }
  if (isPolicyKind(node.content)) return node.content;
  const suggestion = nearestName(scalarText(node) ?? "", kinds);
  report(createProblem("unknown_kind", placeOf(node), { found: describeNode(node), allowed: kinds, suggestion }));
  return null;
}

function createObject(body: PolicyDocument, source: SourceNode, isPartial: boolean): PolicyObject {
  const { name, namespace = DEFAULT_NAMESPACE } = body.metadata;
  return { kind: body.kind, name, namespace, id: `${namespace}/${name}`, body, source, isPartial };
}

interface IssueContext {
  readonly schema: z.ZodType;
  readonly root: SourceNode;
  readonly report: Report;
}

function reportIssues(issues: readonly z.core.$ZodIssue[], context: IssueContext): void {
  for (const issue of issues) {
    for (const problem of explainIssue(issue, context)) context.report(problem);
  }
}

/** Cuts every defective node out; where a required field is missing, the map that lacks it goes. */
function withoutDefects(source: SourceNode, issues: readonly z.core.$ZodIssue[]): SourceNode | null {
  const root = withEnvelope(source);
  const doomed = new Set(issues.flatMap((issue) => defectsOf(root, issue)));
  return withoutNodes(root, doomed);
}

function defectsOf(root: SourceNode, issue: z.core.$ZodIssue): readonly SourceNode[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => nearestNode(root, [...issue.path, key]).node);
  const isEnvelope = issue.path.length === 1 && (issue.path[0] === "apiVersion" || issue.path[0] === "spec");
  return isEnvelope ? [] : [nearestNode(root, issue.path).node];
}

/** A wrong version or an absent spec is reported and then repaired: the object is still what others refer to. */
function withEnvelope(root: SourceNode): SourceNode {
  if (!isMap(root.content)) return root;
  const spec = root.content.get("spec");
  const repaired = new Map(root.content).set("apiVersion", { ...root, path: ["apiVersion"], content: API_VERSION });
  if (spec === undefined || !isMap(spec.content)) repaired.set("spec", { ...root, path: ["spec"], content: new Map() });
  return { ...root, content: repaired };
}
