import { isMap, isSeq, parseDocument, YAMLSeq, type Document, type YAMLMap } from "yaml";
import { DEFAULT_NAMESPACE } from "../core/policy/schema/metadata.ts";
import { toTimestamp } from "./parse-expiry.ts";
import type { PolicyFile } from "../core/policy/read-documents.ts";

/** An API key as a Consumer's YAML holds it. */
export interface WrittenKey {
  readonly name: string;
  readonly id: string;
  readonly hash: string;
  readonly expires?: string;
}

/** One Consumer document inside a file's text; edits are made to it alone, the rest of the file stays byte for byte. */
export interface ConsumerDocument {
  readonly file: PolicyFile;
  readonly name: string;
  readonly namespace: string;
  readonly document: Document.Parsed;
  /** Where the document's text starts and ends in the file. */
  readonly start: number;
  readonly end: number;
}

/** `---` in the first column always starts a document, also inside what looks like quoted text. */
const DOCUMENT_MARKER = /^---(?=[ \t\r\n]|$)[ \t]*(\r?\n)?/gm;

/** Consumers of all files that parse; broken ones are `fairlead validate`'s business. */
export function findConsumers(files: readonly PolicyFile[]): readonly ConsumerDocument[] {
  return files.flatMap((file) =>
    documentRanges(file.text).flatMap(({ start, end }) => {
      const document = parseDocument(file.text.slice(start, end), { prettyErrors: false, logLevel: "silent" });
      if (document.errors.length > 0 || !isMap(document.contents) || document.get("kind") !== "Consumer") return [];
      const name = textAt(document, "name") ?? "";
      const namespace = textAt(document, "namespace") ?? DEFAULT_NAMESPACE;
      return [{ file, name, namespace, document, start, end }];
    }),
  );
}

function textAt(document: Document.Parsed, field: string): string | null {
  const value = document.getIn(["metadata", field]);
  return typeof value === "string" ? value : null;
}

function documentRanges(text: string): readonly { readonly start: number; readonly end: number }[] {
  const markers = [...text.matchAll(DOCUMENT_MARKER)];
  const starts = [0, ...markers.map((marker) => marker.index + marker[0].length)];
  const ends = [...markers.map((marker) => marker.index), text.length];
  return starts.map((start, index) => ({ start, end: ends[index] ?? text.length }));
}

/** The consumer's keys as maps, so that they can be read and edited in place. */
export function keyNodes({ document }: ConsumerDocument): readonly YAMLMap[] {
  const keys = document.getIn(["spec", "keys"]);
  return isSeq(keys) ? keys.items.filter(isMap) : [];
}

/** The file's text with one key more. */
export function withKey(consumer: ConsumerDocument, key: WrittenKey): string {
  const { document } = consumer;
  const keys = document.getIn(["spec", "keys"]);
  const list = isSeq(keys) ? keys : new YAMLSeq();
  if (list.items.length === 0) list.flow = false; // `keys: []` has no room for a readable entry
  list.add(document.createNode(key));
  const spec = document.get("spec");
  if (!isMap(spec)) document.set("spec", document.createNode({}));
  else if (spec.items.length === 0) spec.flow = false;
  document.setIn(["spec", "keys"], list);
  return render(consumer);
}

/** Lets a key expire then, or as before where that is earlier; when that is. The file's text follows with `withKey`. */
export function withEnd(key: YAMLMap, endsMs: number): string {
  const expires = key.get("expires");
  const endsAt = toTimestamp(endsMs);
  if (typeof expires === "string" && Date.parse(expires) <= endsMs) return expires;
  key.set("expires", endsAt);
  return endsAt;
}

/** The file's text with `revoked: true` on one of its keys. */
export function withRevocation(consumer: ConsumerDocument, key: YAMLMap): string {
  key.set("revoked", true);
  return render(consumer);
}

function render({ file, document, start, end }: ConsumerDocument): string {
  const edited = document.toString({ lineWidth: 0 });
  // Our own output is parsed before it replaces anything: an edit must never be what breaks a policy file.
  const [error] = parseDocument(edited, { logLevel: "silent" }).errors;
  if (error !== undefined) throw new Error(`Cannot edit ${file.path}.`, { cause: error });
  return file.text.slice(0, start) + edited + file.text.slice(end);
}
