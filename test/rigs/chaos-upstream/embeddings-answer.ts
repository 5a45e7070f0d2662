import { createHash } from "node:crypto";
import { type Behaviour, parseModel } from "./behaviour.ts";
import type { EmbeddingsRequest } from "./model-request.ts";
import { bendUsage } from "./wrong-usage.ts";

/** Unit vectors that depend on the answering name and the input alone. @see https://platform.openai.com/docs/api-reference/embeddings */
export function buildEmbeddingsBody(request: EmbeddingsRequest, behaviour: Behaviour): string {
  const { base } = parseModel(request.model);
  const tokens = request.inputs.reduce((sum, input) => sum + Math.ceil(input.length / 4), 0);
  return JSON.stringify({
    object: "list",
    data: request.inputs.map((input, index) => {
      const vector = hashToUnitVector(`${base}\n${input}`, request.dimensions);
      const embedding = request.base64 ? Buffer.from(vector.buffer).toString("base64") : [...vector];
      return { object: "embedding", index, embedding };
    }),
    model: base,
    usage: bendUsage({ prompt_tokens: tokens, total_tokens: tokens }, behaviour),
  });
}

function hashToUnitVector(text: string, dimensions: number): Float32Array {
  const bytes = createHash("shake256", { outputLength: dimensions * 2 })
    .update(text)
    .digest();
  const raw = Array.from({ length: dimensions }, (_, position) => bytes.readInt16LE(position * 2) + 0.5);
  const norm = Math.hypot(...raw);
  return Float32Array.from(raw, (value) => value / norm);
}
