import { text } from "./values.ts";

/** The public part of a key that starts with `prefix`. */
export function keyIdSchema(prefix: "fl" | "fla") {
  return text(`the 12 letters and digits after \`${prefix}_live_\` or \`${prefix}_test_\` in the key`, /^[0-9A-Za-z]{12}$/, 12);
}

/** A key at rest; `command` is what makes one. */
export function keyHashSchema(command: string) {
  return text(
    `\`v1:\` and 64 lower-case hex digits, as \`${command}\` writes it; never the key itself`,
    /^v[1-9][0-9]{0,2}:[0-9a-f]{64}$/,
    68,
  );
}
