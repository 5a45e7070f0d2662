/** A JSON document, parsed; or why there is none, in words for people. */
export type IssuerDocument =
  | { readonly kind: "read"; readonly document: unknown }
  | { readonly kind: "unavailable"; readonly message: string };

/**
 * What issuers of tokens publish: their key sets, and where those are. At most 64 KiB and `timeoutMs`; no redirect is
 * followed, no credential is sent, anything but a 200 with JSON is unavailable. Never rejects.
 */
export interface IssuerDocuments {
  read(url: string, timeoutMs: number): Promise<IssuerDocument>;
}
