import type { ListedModel } from "../dialect.ts";

const METHODS = ["generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents"];

/** A virtual model as `GET …/models/{model}` shows it. @see https://ai.google.dev/api/models */
export function oneModel({ id }: ListedModel): unknown {
  return { name: `models/${id}`, version: "", displayName: id, supportedGenerationMethods: METHODS };
}

/** The answer to `GET …/models`. */
export function listModels(models: readonly ListedModel[]): unknown {
  return { models: models.map(oneModel) };
}
