import * as z from "zod";
import { DURATION_PATTERN, PERCENTAGE_PATTERN, SIZE_PATTERN, toMilliseconds, USD_PATTERN } from "./quantities.ts";
import { TIMESTAMP_PATTERN, toEpochMs } from "./timestamp.ts";

/** Text that matches `pattern`. `allowed` is a phrase that says so; problems print it after "allowed:". */
export function text(allowed: string, pattern: RegExp, maxLength: number) {
  const failed = { error: allowed, abort: true }; // one defect, one problem
  return z.string({ error: allowed }).max(maxLength, failed).regex(pattern, failed);
}

/** Name of an object, as Kubernetes allows it. */
export const objectNameSchema = text(
  "lower-case letters, digits, '-' and '.', at most 253 characters, starting and ending with a letter or digit",
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  253,
);

/** Name of an entry in a list, and of a namespace: a DNS label. */
export const labelSchema = text(
  "lower-case letters, digits and '-', at most 63 characters, starting and ending with a letter or digit",
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  63,
);

/** Name of a tag. */
export const tagNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,62}$/, "a lower-case name of letters, digits, '_', '.' and '-', at most 63 characters");

const MODEL_NAME_LENGTH = 200;

/** A model as a provider names it. */
export const modelNameSchema = text(
  "a model name: letters, digits and . _ : / @ + -, at most 200 characters",
  /^[A-Za-z0-9@][A-Za-z0-9._:/@+-]*$/,
  MODEL_NAME_LENGTH,
);

/** A model name or, with a final `*`, every name with that prefix. */
export const modelPatternSchema = text(
  "a model name, or a prefix that ends in '*', at most 200 characters",
  /^([A-Za-z0-9@][A-Za-z0-9._:/@+-]*\*?|\*)$/,
  MODEL_NAME_LENGTH,
);

/** A Gateway API duration between 1ms and `longest`. @see https://gateway-api.sigs.k8s.io/geps/gep-2257/ */
export function durationSchema(longest: string) {
  const allowed = `a duration from 1ms to ${longest}, such as 250ms, 30s or 1h30m`;
  const longestMs = toMilliseconds(longest);
  return text(allowed, DURATION_PATTERN, 32).refine((duration) => {
    const milliseconds = toMilliseconds(duration);
    return milliseconds >= 1 && milliseconds <= longestMs;
  }, allowed);
}

/** A Kubernetes quantity in bytes. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const sizeSchema = text("a size in bytes, such as 512Ki or 4Mi", SIZE_PATTERN, 12);

export const usdSchema = text('US dollars as quoted decimal text with at most six decimals, such as "0.15"', USD_PATTERN, 13);

export const percentageSchema = text("a percentage from 0% to 100%, such as 10%", PERCENTAGE_PATTERN, 6);

/** A country as Cloudflare names it. */
export const countrySchema = text("a country's two letters, such as DE", /^[A-Z]{2}$/, 2);

export const continentSchema = z.enum(["AF", "AN", "AS", "EU", "NA", "OC", "SA"]);

const TIMESTAMP_ALLOWED = "a time such as 2027-01-01T00:00:00Z";
export const timestampSchema = text(TIMESTAMP_ALLOWED, TIMESTAMP_PATTERN, 32).refine(
  (timestamp) => toEpochMs(timestamp) !== null,
  TIMESTAMP_ALLOWED,
);

/** Checked further by `checkBaseUrl`, which knows what the gateway allows. */
export const urlSchema = z.string({ error: "a URL" }).min(1, "a URL").max(2_048, "a URL of at most 2048 characters");

export const hostnameSchema = text(
  "a host name without scheme and port, such as llm.example.com",
  /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/,
  253,
);

export const secretKeyRefSchema = z
  .strictObject({
    name: objectNameSchema.describe("Name of the Secret, in the namespace of this object."),
    key: text("letters, digits, '-', '_' and '.', at most 253 characters", /^[-._a-zA-Z0-9]+$/, 253).describe(
      "Key inside the Secret.",
    ),
  })
  .describe(
    "Where the secret value is. Without a cluster it is the variable NAME_KEY in upper case, `_` for every other character: `{ name: openai, key: api-key }` is OPENAI_API_KEY.",
  );
