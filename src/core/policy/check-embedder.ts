import { checkTarget, type TargetContext } from "./check-target.ts";
import type { ProviderEntry } from "./compile-provider.ts";
import { findFacts } from "./find-model.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, quoted } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { LLMGateway } from "./schema/llm-gateway.ts";

/** Reports an embedder that there is not, or that cannot be asked. */
export function checkEmbedder([object]: readonly PolicyObject<LLMGateway>[], context: TargetContext): void {
  const { model, provider } = object?.body.spec.cache?.embedder ?? {};
  if (object === undefined || provider === undefined || model === undefined) return;
  const path = ["spec", "cache", "embedder"];
  const entry = checkTarget(object, { body: { provider, model }, path }, context);
  const why = entry === null ? null : whyNoEmbeddings(entry, model);
  if (why === null) return;
  const allowed = ["a provider with OpenAI-compatible embeddings"];
  context.report(
    createProblem("no_embeddings", placeIn(object, ...path, "provider"), { found: `${quoted(provider)}: ${why}`, allowed }),
  );
}

/** It is asked from where answers are stored, as an OpenAI-compatible endpoint is, with a header. */
function whyNoEmbeddings(entry: ProviderEntry, model: string): string | null {
  const { compiled } = entry;
  if (compiled === null) return null; // reported as such
  if (compiled.transport === "simulator") return "the simulator answers inside the router alone";
  if (!compiled.natives.includes("openai-chat")) return `it speaks ${compiled.natives.join(", ")}`;
  if (compiled.auth !== null && compiled.auth.kind !== "header") return "its credential is computed for each call";
  const { capabilities } = findFacts(entry, model);
  return capabilities === null || capabilities.includes("embeddings") ? null : `${quoted(model)} has none`;
}
