import type { IssuerDocument, IssuerDocuments } from "../../ports/issuer-documents.ts";

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
      const text = await readText(response.body);
      return text === null ? unavailable(`it is larger than ${MOST_BYTES} bytes`) : { kind: "read", document: JSON.parse(text) };
    } catch (error) {
      if (error instanceof SyntaxError) return unavailable("it is no JSON");
      return unavailable(
        error instanceof DOMException && error.name === "TimeoutError" ? "it did not come in time" : "it cannot be reached",
      );
    }
  },
};

/** The text of a body; null where it is too large, and the rest is not read. */
async function readText(body: Response["body"]): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (length > MOST_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function unavailable(message: string): IssuerDocument {
  return { kind: "unavailable", message };
}
