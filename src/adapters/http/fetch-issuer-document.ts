import type { IssuerDocument, IssuerDocuments } from "../../ports/issuer-documents.ts";
import { readText } from "../read-text.ts";

const MOST_BYTES = 64 * 1024;

/** Issuers' documents over the network. */
export const fetchIssuerDocuments: IssuerDocuments = {
  read: async (url, timeoutMs) => {
    try {
      const response = await fetch(url, {
        headers: { accept: "application/jwk-set+json, application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        return unavailable(`it answered ${response.status}`);
      }
      const text = await readText(response.body, MOST_BYTES);
      return text === null ? unavailable(`it is larger than ${MOST_BYTES} bytes`) : { kind: "read", document: JSON.parse(text) };
    } catch (error) {
      if (error instanceof SyntaxError) return unavailable("it is no JSON");
      return unavailable(
        error instanceof DOMException && error.name === "TimeoutError" ? "it did not come in time" : "it cannot be reached",
      );
    }
  },
};

function unavailable(message: string): IssuerDocument {
  return { kind: "unavailable", message };
}
