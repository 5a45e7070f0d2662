import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type ParsedNode } from "yaml";
import { isTooNested } from "./is-too-nested.ts";
import { createProblem, type Place, type ProblemCode, type Report } from "./problem.ts";
import { pathText, type PathSegment, type Position, type SourceNode } from "./source-node.ts";

export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/** One YAML document that holds something. `isBroken`: parts may be missing, so absence proves nothing. */
export interface SourceDocument {
  readonly root: SourceNode;
  readonly isBroken: boolean;
}

const LARGEST_FILE_BYTES = 256 * 1024;
const DEEPEST_NESTING = 32;
const MOST_NODES = 100_000;
const MOST_ALIASES = 100;
/** One slip can make the parser complain about every later line; the first complaints tell the story. */
const MOST_SYNTAX_ERRORS = 20;
const encoder = new TextEncoder();
/** Keys that reach an object's prototype, and YAML 1.1's merge key, which hides where a value comes from. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype", "<<"]);

/** Raised inside this file to leave the walk of one document; never leaves it. */
class UnreadableDocument extends Error {}

/** YAML text → documents with positions. Reports syntax errors and whatever a policy may never contain. */
export function readDocuments(file: PolicyFile, report: Report): readonly SourceDocument[] {
  const start: Place = { file: file.path, document: 1, line: 1, column: 1, path: "" };
  const sizeBytes = file.text.length > LARGEST_FILE_BYTES ? file.text.length : encoder.encode(file.text).length;
  if (sizeBytes > LARGEST_FILE_BYTES) {
    report(createProblem("file_too_large", start, { found: `${sizeBytes} bytes` }));
    return [];
  }
  if (isTooNested(file.text)) {
    report(createProblem("yaml_too_complex", start));
    return [];
  }
  const lines = new LineCounter();
  // Keys are compared in the walk below: the parser's own check of duplicates is quadratic.
  const documents = parseAllDocuments(file.text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
    uniqueKeys: false,
  });
  return documents.flatMap((document, index) => {
    const reader = new DocumentReader({ file: file.path, document: index + 1 }, lines, report);
    return reader.read(document);
  });
}

class DocumentReader {
  private readonly origin: { readonly file: string; readonly document: number };
  private readonly lines: LineCounter;
  private readonly report: Report;
  private document: Document.Parsed | null = null;
  private nodeCount = 0;
  private aliasCount = 0;
  private isBroken = false;

  constructor(origin: { readonly file: string; readonly document: number }, lines: LineCounter, report: Report) {
    this.origin = origin;
    this.lines = lines;
    this.report = report;
  }

  read(document: Document.Parsed): readonly SourceDocument[] {
    this.document = document;
    for (const { pos, message } of [...document.errors, ...document.warnings].slice(0, MOST_SYNTAX_ERRORS)) {
      this.fail("yaml_syntax", pos[0], { says: `not valid YAML: ${message}` });
    }
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return [];
    try {
      const root = this.walk(document.contents, [], this.at(document.contents.range[0]));
      return [{ root, isBroken: this.isBroken }];
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error;
      return [];
    }
  }

  private walk(node: ParsedNode | null, path: readonly PathSegment[], keyPosition: Position): SourceNode {
    const offset = node === null ? null : node.range[0];
    this.nodeCount += 1;
    if (this.nodeCount > MOST_NODES || path.length > DEEPEST_NESTING) this.giveUp(offset ?? 0);
    const position = offset === null ? keyPosition : this.at(offset);
    const base = { origin: this.origin, path, position, keyPosition };
    if (node === null) return { ...base, content: null };
    if (isAlias(node)) return { ...this.walk(this.resolve(node), path, keyPosition), position };
    if (isMap(node)) return { ...base, content: this.fields(node.items, path) };
    if (isSeq(node)) return { ...base, content: node.items.map((item, index) => this.entry(item, [...path, index])) };
    return { ...base, content: this.scalar(node.value, node.range[0], path) };
  }

  private entry(item: unknown, path: readonly PathSegment[]): SourceNode {
    // A pair inside a list (`[a: b]` is a map; `? a` under `!!omap` is not) is the one item kind that is no node.
    const node = isNode(item) ? item : null;
    return this.walk(node, path, this.at(node === null ? 0 : node.range[0]));
  }

  private fields(items: readonly { readonly key: unknown; readonly value: unknown }[], path: readonly PathSegment[]) {
    const fields = new Map<string, SourceNode>();
    for (const { key, value } of items) {
      if (!isNode(key) || !isScalar(key)) {
        this.fail("yaml_syntax", isNode(key) ? key.range[0] : 0, { says: "a field name must be plain text", path });
        continue;
      }
      const name = String(key.value);
      if (FORBIDDEN_KEYS.has(name)) {
        this.fail("forbidden_key", key.range[0], { path: [...path, name] });
        continue;
      }
      if (fields.has(name)) this.fail("duplicate_field", key.range[0], { path: [...path, name] });
      fields.set(name, this.walk(isNode(value) ? value : null, [...path, name], this.at(key.range[0])));
    }
    return fields;
  }

  private scalar(value: unknown, offset: number, path: readonly PathSegment[]): SourceNode["content"] {
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    this.fail("yaml_syntax", offset, { says: "only text, numbers, true, false, lists and maps are allowed", path });
    return null;
  }

  private resolve(alias: ParsedNode): ParsedNode | null {
    this.aliasCount += 1;
    if (this.aliasCount > MOST_ALIASES || !isAlias(alias) || this.document === null) this.giveUp(alias.range[0]);
    const target = isAlias(alias) && this.document !== null ? alias.resolve(this.document) : undefined;
    if (isNode(target)) return target;
    this.fail("yaml_syntax", alias.range[0], { says: "not valid YAML: the alias names no anchor before it" });
    return null;
  }

  private giveUp(offset: number): never {
    this.fail("yaml_too_complex", offset);
    throw new UnreadableDocument();
  }

  private fail(
    code: ProblemCode,
    offset: number,
    { says, path = [] }: { says?: string; path?: readonly PathSegment[] } = {},
  ): void {
    this.isBroken = true;
    const place = { ...this.origin, ...this.at(offset), path: pathText(path) };
    this.report(createProblem(code, place, says === undefined ? {} : { says }));
  }

  private at(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** The parser's own nodes always carry a range; the library's types leave it open. */
function isNode(value: unknown): value is ParsedNode {
  return (isMap(value) || isSeq(value) || isScalar(value) || isAlias(value)) && value.range !== undefined && value.range !== null;
}
