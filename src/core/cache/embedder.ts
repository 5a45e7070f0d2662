import { HASHED_DIMENSIONS } from "./index/hash-embed.ts";

/** What turns a question into a vector. It travels with each call to the object that searches, which knows no policy. */
export type Embedder =
  /** Here, from words and spellings: near-duplicates only. */
  | { readonly kind: "hash" }
  /** Any service that speaks OpenAI's embeddings API. */
  | {
      readonly kind: "http";
      /** The whole address, as `https://…/v1/embeddings`. */
      readonly url: string;
      /** Its credential among them. */
      readonly headers: Readonly<Record<string, string>>;
      readonly model: string;
      readonly dimensions: number;
      /** Before every text, as `query: `; empty for most models. */
      readonly prefix: string;
    }
  /** The binding of Workers AI. */
  | { readonly kind: "workers-ai"; readonly model: string; readonly dimensions: number };

/** A vector for each text, in their order, each of the embedder's dimensions, finite and not zero; or why there are none. */
export type Embedded =
  | { readonly kind: "embedded"; readonly vectors: readonly Float32Array[] }
  | { readonly kind: "failed"; readonly reason: string };

export function dimensionsOf(embedder: Embedder): number {
  return embedder.kind === "hash" ? HASHED_DIMENSIONS : embedder.dimensions;
}

/** Of what is compared: vectors of embedders with different names are never in one index. Holds no credential. */
export function embedderId(embedder: Embedder): string {
  switch (embedder.kind) {
    case "hash":
      return JSON.stringify(["hash", 1]);
    case "http": {
      const { dimensions, model, prefix, url } = embedder;
      return JSON.stringify(["http", url, model, dimensions, prefix]);
    }
    case "workers-ai":
      return JSON.stringify(["workers-ai", embedder.model, embedder.dimensions]);
  }
}
