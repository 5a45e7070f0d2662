import { expect } from "vitest";
import type { IssuerDocuments } from "../../src/ports/issuer-documents.ts";
import { type Fact, itHolds } from "./facts.ts";

/** A reader, and the address of one document for each way in which an issuer can behave. */
export interface IssuerDocumentsRig {
  readonly documents: IssuerDocuments;
  /** 200 with a JSON object. */
  readonly good: string;
  /** A 302 to the good one, a 404, something larger than 64 KiB, nobody. */
  readonly bad: readonly string[];
  /** No answer in the time that a test waits. */
  readonly slow: string;
}

export type CreateIssuerDocumentsRig = () => IssuerDocumentsRig;

/** What every reader of issuers' documents keeps. */
export function issuerDocumentsContract(create: CreateIssuerDocumentsRig): void {
  itHolds(issuerDocumentsFacts, create);
}

const PATIENCE_MS = 5_000;

export const issuerDocumentsFacts: readonly Fact<CreateIssuerDocumentsRig>[] = [
  {
    title: "reads a document",
    check: async (create) => {
      const { documents, good } = create();
      expect(await documents.read(good, PATIENCE_MS)).toMatchObject({ kind: "read", document: expect.any(Object) });
    },
  },
  {
    title: "says that there is none instead of failing, and follows no redirect",
    check: async (create) => {
      const { bad, documents } = create();
      const kinds = await Promise.all(bad.map(async (url) => (await documents.read(url, PATIENCE_MS)).kind));
      expect(kinds).toEqual(bad.map(() => "unavailable"));
    },
  },
  {
    title: "waits no longer than it is told",
    check: async (create) => {
      const { documents, slow } = create();
      expect(await documents.read(slow, 50)).toEqual({ kind: "unavailable", message: "it did not come in time" });
    },
  },
];
