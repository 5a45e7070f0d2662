import type { Embedder } from "../cache/embedder.ts";
import type { CompiledEmbedder } from "./compiled-cache.ts";
import type { LinkOptions } from "./link.ts";
import { createUrls, type LinkedProvider } from "./link-target.ts";

interface Linking {
  /** Those that can be used, by id. */
  readonly providers: ReadonlyMap<string, LinkedProvider>;
  readonly dialects: LinkOptions["dialects"];
}

/** The embedder with its address and credential; null where its provider cannot be used. */
export function linkEmbedder(embedder: CompiledEmbedder, { dialects, providers }: Linking): Embedder | null {
  if (embedder.kind !== "provider") return embedder;
  const found = providers.get(embedder.provider);
  if (found === undefined) return null;
  const { dimensions, model, prefix } = embedder;
  const url = createUrls(found.provider, model, dialects)("openai-chat", "embeddings", false);
  const headers = found.credentials[0]?.headers;
  return url === null || headers === undefined ? null : { kind: "http", url, headers, model, dimensions, prefix };
}
