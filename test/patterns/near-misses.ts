/** A text that nearly matches: a beginning, and what is then repeated to any length. */
export interface NearMiss {
  readonly head: string;
  readonly repeated: string;
}

const CHARACTERS = [..."aA0 \t\r\"'\\/.-_:;,=[]{}()!?+é"];
const LONGEST_BEGINNING = 24;
/** What stops every pattern that has not matched yet; the second one where `.` does not reach it. */
const ENDINGS = ["\u0000", "\n!"];

/** Texts that make a backtracking engine work: characters, beginnings of what the pattern asks for, and both together. */
export function listNearMisses({ source }: RegExp): readonly NearMiss[] {
  const whole = readSkeletons(source);
  const beginnings = whole.flatMap((skeleton) =>
    Array.from({ length: Math.min(skeleton.length, LONGEST_BEGINNING) }, (_, index) => skeleton.slice(0, index + 1)),
  );
  const continued = whole.flatMap((head) =>
    CHARACTERS.flatMap((repeated) => [
      { head, repeated },
      { head: "", repeated: head + repeated },
    ]),
  );
  return [...[...CHARACTERS, ...beginnings, ...whole].map((repeated) => ({ head: "", repeated })), ...continued];
}

/** The near miss at a length, with each ending. */
export function writeNearMisses({ head, repeated }: NearMiss, length: number): readonly string[] {
  const text = head + repeated.repeat(Math.ceil(length / repeated.length)).slice(0, length);
  return ENDINGS.map((ending) => text + ending);
}

/** For each alternative a text that it roughly asks for: the first of each class, everything once. */
function readSkeletons(source: string): readonly string[] {
  return source
    .replaceAll(/\(\?<?[=!][^)]*\)|\\[bB]|[\^$](?![^[]*\])/g, "")
    .replaceAll(/\\([dsw])/g, (_, kind: string) => ({ d: "1", s: " ", w: "a" })[kind] ?? "")
    .replaceAll(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_, wide?: string, narrow?: string) =>
      String.fromCharCode(Number.parseInt(wide ?? narrow ?? "", 16)),
    )
    .replaceAll(/\[\^[^\]]*\]/g, "a")
    .replaceAll(/\[(\\?.)[^\]]*\]/g, "$1")
    .replaceAll(/\((?:\?:|\?<\w+>)?|\)|\{\d+(?:,\d*)?\}|[*+?]\??/g, "")
    .split("|")
    .map((alternative) => alternative.replaceAll(/\\(.)/g, "$1"))
    .filter((alternative) => alternative !== "");
}
