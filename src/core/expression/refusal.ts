/** Why a text is no usable expression, in the parts a policy problem is made of and as one sentence. */
export interface Refusal {
  readonly kind: "refused";
  /** What is wrong, without the finding. */
  readonly says: string;
  /** The piece of the expression it is about, quoted, or a figure. */
  readonly found: string | null;
  /** Names, signatures, or one phrase that says what is allowed. */
  readonly allowed: readonly string[];
  /** The valid name nearest to what was found. */
  readonly suggestion: string | null;
  /** The whole sentence. */
  readonly message: string;
}

export interface RefusalDetail {
  readonly says: string;
  readonly found?: string | null;
  readonly allowed?: readonly string[];
  readonly suggestion?: string | null;
}

const LONGEST_SHOWN = 120;

/** A refusal whose message names finding, what is allowed and the nearest valid name. */
export function refuse({ says, found = null, allowed = [], suggestion = null }: RefusalDetail): Refusal {
  const parts = [
    says,
    found === null ? "" : `, found ${found}`,
    allowed.length === 0 ? "" : `; allowed: ${allowed.join(", ")}`,
    suggestion === null ? "" : `; did you mean ${suggestion}?`,
  ];
  return { kind: "refused", says, found, allowed, suggestion, message: parts.join("") };
}

/** A piece of an expression, fit to be shown: on one line, short, printable. */
export function excerpt(text: string): string {
  return `\`${shorten(text)}\``;
}

/** Text of an error, which may hold pieces of the expression or of a caller's text: one line, short, printable ASCII. */
export function shorten(text: string): string {
  const line = text
    .slice(0, LONGEST_SHOWN + 1)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^ -~]/g, "?");
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}
