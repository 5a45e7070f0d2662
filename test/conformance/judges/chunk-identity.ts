import { at, broken, textAt } from "./judged.ts";

/** What every chunk of one answer has in common: `id`, `created` and `model`. */
export class ChunkIdentity {
  #first: string | null = null;

  /** What the chunk breaks. */
  take(chunk: unknown): readonly string[] {
    const identity = JSON.stringify([at(chunk, "id"), at(chunk, "created"), at(chunk, "model")]);
    this.#first ??= identity;
    return broken([
      [identity !== this.#first, `id, created or model changed: ${identity}`],
      [textAt(chunk, "id") === "" || textAt(chunk, "model") === "", "id or model is empty"],
      [!Array.isArray(at(chunk, "choices")), "choices is no array"],
    ]);
  }
}

/** What is wrong with an error of OpenAI's form, which has four members and a message. */
export function wrongError(value: unknown): readonly string[] {
  const error = Object(at(value, "error")) as object; // `Object` gives one whatever it is given
  return broken([
    [Object.keys(Object(value) as object).join() !== "error", "has more than an error"],
    [Object.keys(error).toSorted().join() !== "code,message,param,type", "its error has not the four members"],
    [textAt(error, "message") === "", "its error has no message"],
  ]);
}
