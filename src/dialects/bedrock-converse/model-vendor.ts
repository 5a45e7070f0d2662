const FAMILY = "bedrock";
/** Where an inference profile spreads its requests: `us.anthropic.claude-…`. */
const GEOGRAPHY = /^(?:global|us-gov|us|eu|apac|jp|au|ca|sa|me|af|uk|in)\./;
const VENDOR = /^([a-z][a-z0-9-]*)\./;

/**
 * Whose opaque state a model reads: `bedrock-anthropic`, or `bedrock` where its id does not say who made it, as that of an
 * application inference profile.
 */
export function familyOf(model: string): string {
  for (const part of model.split("/")) {
    const vendor = VENDOR.exec(withoutGeography(part))?.[1];
    if (vendor !== undefined) return `${FAMILY}-${vendor}`;
  }
  return FAMILY;
}

/** Who made a model of this family, null when that is not known: models take what Converse has no field for each in its own way. */
export function vendorOf(family: string): string | null {
  return family.startsWith(`${FAMILY}-`) ? family.slice(FAMILY.length + 1) : null;
}

/** The model behind an inference profile that is named after it. */
export function withoutGeography(model: string): string {
  return model.replace(GEOGRAPHY, "");
}
