/** `work`, done when it is first asked for; every later caller gets the same result, or the same error. */
export function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | null = null;
  return () => (result ??= work());
}
