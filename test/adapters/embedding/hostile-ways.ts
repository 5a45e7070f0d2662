const NOT_ONE_EACH = "its answer has not one vector for each text";
const NOT_FINITE = "its vectors hold what is no finite number";
const NO_API = "its answer is not that of an embeddings API";
const NO_VECTORS = "its answer holds something else than vectors";

/** Ways in which the stand-in fails to embed, and what is said of each. */
export const HOSTILE_WAYS: Readonly<Record<string, string>> = {
  nan: NO_API,
  infinite: NOT_FINITE,
  "null-value": NOT_FINITE,
  "text-value": NOT_FINITE,
  zeros: "it gave a vector of zeros",
  short: "its vectors have 3 dimensions, and 8 are expected",
  long: "its vectors have 9 dimensions, and 8 are expected",
  "one-short": "its vectors have 3 dimensions, and 8 are expected",
  "too-few": NOT_ONE_EACH,
  "too-many": NOT_ONE_EACH,
  "same-index": NOT_ONE_EACH,
  "index-beyond": NO_VECTORS,
  empty: NOT_ONE_EACH,
  "base64-garbage": NO_VECTORS,
  "base64-short": NO_VECTORS,
  "base64-nan": NOT_FINITE,
  "no-json": NO_API,
  "other-json": NO_API,
  html: NO_API,
  huge: "its answer is too large",
  redirect: "it answered 307",
  "status-400": "it answered 400",
  "status-401": "it answered 401",
  "status-404": "it answered 404",
  "status-429": "it answered 429",
  "status-500": "it answered 500",
  "status-503": "it answered 503",
  cut: "it cannot be reached",
  closed: "it cannot be reached",
};
