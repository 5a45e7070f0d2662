import { fileURLToPath } from "node:url";
import type { CompiledPolicy } from "../core/policy/compiled.ts";

const OBJECTS = new URL("../adapters/durable-object/", import.meta.url);

/** Text of the module `fairlead:answers`: searching weighs too much for Workers of whose routes none has a semantic tier. */
export function answersModule({ routes }: CompiledPolicy): string {
  const isSemantic = routes.some(({ cache }) => cache !== null && cache.semantic !== null);
  const file = isSemantic ? "semantic-answer-store.ts" : "answer-store-object.ts";
  return `export { AnswerStore } from ${JSON.stringify(fileURLToPath(new URL(file, OBJECTS)))};\n`;
}
