import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchIssuerDocuments } from "../../../src/adapters/http/fetch-issuer-document.ts";
import { issuerDocumentsContract, issuerDocumentsFacts } from "../../ports/issuer-documents.contract.ts";
import { brokenFacts } from "../../ports/facts.ts";
import { startTokenIssuer, type TokenIssuer } from "../../rigs/token-issuer/token-issuer.ts";

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startTokenIssuer();
});
afterAll(() => issuer.close());

const rig = (documents = fetchIssuerDocuments) => ({
  documents,
  good: issuer.jwksURI,
  bad: ["/redirect", "/missing", "/huge", "/text"].map((path) => issuer.url + path).concat("http://127.0.0.1:1/keys"),
  slow: `${issuer.url}/slow`,
});

describe("issuers' documents over the network", () => {
  issuerDocumentsContract(rig);
});

it("a reader that follows redirects breaks the contract", async () => {
  const follows = {
    read: async (url: string) => ({ kind: "read" as const, document: await (await fetch(url)).json() }),
  };
  expect(await brokenFacts(issuerDocumentsFacts, () => rig(follows))).not.toEqual([]);
});
