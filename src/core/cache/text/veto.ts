import { type Reading, readText } from "./reading.ts";
import { hasLookAlike, hasOtherHidden, hasOtherScript, isPadded } from "./vetoes/characters.ts";
import { hasOtherNames, hasOtherNumbers, hasOtherQuotations, hasOtherSymbols, hasOtherUnits } from "./vetoes/facts.ts";
import {
  asksOtherwise,
  hasOpposite,
  hasOtherConjunction,
  hasOtherModality,
  hasOtherNegation,
  hasOtherPersons,
  hasOtherQuantity,
  hasOtherTense,
  hasOtherTime,
  hasOtherVoice,
  isOtherAct,
} from "./vetoes/meaning.ts";
import {
  hasOtherFormat,
  hasOtherRoles,
  isExtended,
  isOtherDirection,
  isOtherLanguage,
  isOtherLength,
  isSubstituted,
} from "./vetoes/structure.ts";

/** In the order in which they are looked for: the first is the one that is named. */
const VETOES = {
  hidden: hasOtherHidden,
  script: hasOtherScript,
  lookalike: hasLookAlike,
  padding: isPadded,
  language: isOtherLanguage,
  number: hasOtherNumbers,
  unit: hasOtherUnits,
  quotation: hasOtherQuotations,
  symbol: hasOtherSymbols,
  name: hasOtherNames,
  negation: hasOtherNegation,
  opposite: hasOpposite,
  quantity: hasOtherQuantity,
  modality: hasOtherModality,
  time: hasOtherTime,
  tense: hasOtherTense,
  person: hasOtherPersons,
  question: asksOtherwise,
  act: isOtherAct,
  conjunction: hasOtherConjunction,
  direction: isOtherDirection,
  role: hasOtherRoles,
  voice: hasOtherVoice,
  format: hasOtherFormat,
  substitution: isSubstituted,
  addition: isExtended,
  length: isOtherLength,
} as const satisfies Readonly<Record<string, (a: Reading, b: Reading) => boolean>>;

/** Why one text's answer is none for the other, however alike they are. */
export type Veto = keyof typeof VETOES;

export const VETO_NAMES = Object.keys(VETOES) as readonly Veto[]; // Its own keys, which TypeScript reads as any text.

/**
 * The first reason for which two texts may not share an answer; null where none is seen, which proves nothing. Symmetric. Meaning and
 * structure are judged by tables of English; numbers, units, quotations, names, characters, length and language in any text.
 */
export function vetoOf(a: string, b: string): Veto | null {
  const [one, other] = [readText(a), readText(b)];
  return VETO_NAMES.find((name) => VETOES[name](one, other)) ?? null;
}
