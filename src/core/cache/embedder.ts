/** What turns a text into a vector. */
export type Embedder =
  /** Features of the text itself: knows near-duplicates only. */
  | { readonly kind: "hash" }
  /** An OpenAI-compatible endpoint. */
  | {
      readonly kind: "http";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly model: string;
      readonly dimensions: number;
      /** Written before each text. */
      readonly prefix: string;
    }
  | { readonly kind: "workers-ai"; readonly model: string; readonly dimensions: number };
