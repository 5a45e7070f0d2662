/** How generations of models differ behind one API. */
export interface ModelTraits {
  /**
   * Gemini 3 and later: calls carry signatures that must come back, thinking is asked for by level, results of tools may hold
   * files, and an output format may stand beside tools.
   */
  readonly isThirdGeneration: boolean;
  /** Takes a `thinkingConfig`. */
  readonly thinks: boolean;
  /** Of a family's larger sort, which cannot be told not to think. */
  readonly isPro: boolean;
  /** Takes a `systemInstruction`. */
  readonly takesSystem: boolean;
}

/** What a model's name says of it. @see https://ai.google.dev/gemini-api/docs/gemini-3 */
export function traitsOf(model: string): ModelTraits {
  const name = model.slice(model.lastIndexOf("/") + 1);
  const generation = Number(/^gemini-(\d+(?:\.\d+)?)/.exec(name)?.[1] ?? Number.NaN);
  const isGemma = name.startsWith("gemma");
  return {
    isThirdGeneration: generation >= 3,
    thinks: !isGemma && !(generation < 2.5),
    isPro: name.includes("pro"),
    takesSystem: !isGemma,
  };
}
