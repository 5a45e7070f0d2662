import { createSemanticTier, type SemanticTier } from "../../core/cache/book/semantic-tier.ts";
import { embed } from "../embedding/embed.ts";
import { AnswerStore as NamedAnswerStore, type AnswerStoreEnv } from "./answer-store-object.ts";
import { scanKernel } from "./scan-kernel.ts";

/** The same with the semantic tier: it embeds and searches in the call that asks. */
export class AnswerStore extends NamedAnswerStore {
  protected override openSemantic({ AI }: AnswerStoreEnv): SemanticTier {
    return createSemanticTier({
      kernel: scanKernel(),
      embed: (text, embedder, withinMs) => {
        const signal = AbortSignal.timeout(withinMs);
        return embed([text], embedder, { fetch: (url, init) => fetch(url, init), ai: AI ?? null, signal });
      },
      draw: () => Math.random(),
    });
  }
}
