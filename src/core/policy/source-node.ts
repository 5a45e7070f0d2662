export type PathSegment = string | number;
type Scalar = string | number | boolean | null;

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One value of a YAML document that remembers where it was written, also after others around it were removed. */
export interface SourceNode {
  readonly origin: { readonly file: string; readonly document: number };
  readonly path: readonly PathSegment[];
  readonly position: Position;
  /** Where the field's name stands; the value's own position for list entries. */
  readonly keyPosition: Position;
  readonly content: Scalar | readonly SourceNode[] | ReadonlyMap<string, SourceNode>;
}

/** `["spec", "rules", 0, "name"]` → `spec.rules[0].name`; names that are no identifiers are quoted. */
export function pathText(path: readonly PathSegment[]): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** Plain data, as a schema wants it. */
export function toValue(node: SourceNode): unknown {
  const { content } = node;
  if (isMap(content)) return Object.fromEntries([...content].map(([key, child]) => [key, toValue(child)]));
  if (isList(content)) return content.map(toValue);
  return content;
}

/** The node at `path`, or the deepest one on the way there. */
export function nearestNode(
  root: SourceNode,
  path: readonly PropertyKey[],
): { readonly node: SourceNode; readonly isExact: boolean } {
  let node = root;
  for (const segment of path) {
    const child = childOf(node, segment);
    if (child === null) return { node, isExact: false };
    node = child;
  }
  return { node, isExact: true };
}

/** The tree without the given nodes; null when the root is one of them. Remaining nodes keep their places. */
export function withoutNodes(root: SourceNode, doomed: ReadonlySet<SourceNode>): SourceNode | null {
  if (doomed.has(root)) return null;
  const { content } = root;
  if (isMap(content)) {
    const fields = new Map<string, SourceNode>();
    for (const [key, child] of content) {
      const kept = withoutNodes(child, doomed);
      if (kept !== null) fields.set(key, kept);
    }
    return { ...root, content: fields };
  }
  if (isList(content)) return { ...root, content: content.flatMap((child) => withoutNodes(child, doomed) ?? []) };
  return root;
}

/** A scalar as text, for comparing it with names; null for lists, maps and nothing. */
export function scalarText(node: SourceNode): string | null {
  const { content } = node;
  return content === null || isMap(content) || isList(content) ? null : String(content);
}

export function isList(content: SourceNode["content"]): content is readonly SourceNode[] {
  return Array.isArray(content);
}

export function isMap(content: SourceNode["content"]): content is ReadonlyMap<string, SourceNode> {
  return content instanceof Map;
}

function childOf(node: SourceNode, segment: PropertyKey): SourceNode | null {
  if (isMap(node.content)) return node.content.get(String(segment)) ?? null;
  if (isList(node.content) && typeof segment === "number") return node.content[segment] ?? null;
  return null;
}
