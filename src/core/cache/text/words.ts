/** A set out of words with spaces between them. */
export function wordSet(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(" ")));
}

export const PERSONAL_PRONOUNS =
  "i me my mine myself we us our ours you your yours he him his she her hers it its they them their theirs";
const AUXILIARIES =
  "am is are was were be been being do does did done have has had having can could may might must shall should will would ought let";
const PREPOSITIONS =
  "of to in on at by for from with about into onto over under between through during before after above below up down off out near per via than as within toward towards upon since until till";
const CONJUNCTIONS = "and or but if then so because while whether though although that which this these those there here";
const QUESTION_WORDS = "what who whom whose when where why how";
const FILLERS =
  "now currently please just also too very really actually quite some any such own same each other another more most less least much many few";

/** Words between words: opposites among them are told apart by themselves. */
export const RELATIONS = wordSet(PREPOSITIONS, "this that these those my the a an your our some any");

/** Words that say how things relate, not which things. */
export const FUNCTION_WORDS = wordSet(
  PERSONAL_PRONOUNS,
  AUXILIARIES,
  PREPOSITIONS,
  CONJUNCTIONS,
  QUESTION_WORDS,
  FILLERS,
  "a an the not no never yes ok vs versus tell give show",
);

/** With no form in another language's function words below: one of them says that a text is English. */
export const ENGLISH_WORDS = wordSet(
  "the is are what how does my of to for with can you i it this that which who when where why should would could your from please",
  "and do did were have has we they he she if be about give show tell list explain than there",
  "write compose create make find get need want help describe compare define summarize translate calculate compute convert remove delete reset",
);
/** Spanish, French, German, Italian, Portuguese, Dutch, Swedish, Danish, Polish, Turkish, Indonesian, romanised Hindi. */
export const FOREIGN_WORDS = wordSet(
  "de la le les el los las das der die und ist wie que qué est un une una il per como cómo para por comment mon ma mes ich du et di che en het een van ik",
  "não och att är på og som jeg jest nie jak ve bir için yang dan kya hai ka ki ke kaise mera mujhe nahi nicht kein mein pas ne je tu où quel quelle cuál dónde",
  "perché dove sono mi es su se al del della con sin sur dans avec pour aus auf mit zu den dem wo kann ou um uma os da do na em meu minha hoe wat mijn hur vad",
);

const QUANTIFIERS = "all every none both only half double twice dozen";
const TIMES = "today tomorrow yesterday tonight now next last previous current";
/** What no misspelling may stand for: one letter turns it into its opposite, or into something else altogether. */
export const UNMISTAKABLE = wordSet(QUANTIFIERS, TIMES, "not no never without except unless none nor neither non");
