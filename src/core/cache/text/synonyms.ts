/** Each line's words can stand for one another in a question without changing it; an underline joins the words of a phrase. */
const GROUPS = [
  "delete remove erase get_rid",
  "begin start commence",
  "get obtain receive fetch retrieve",
  "buy purchase",
  "fix repair mend",
  "show display list give name tell",
  "make create build",
  "use using utilize utilise",
  "change modify edit alter update",
  "pick choose select",
  "find locate",
  "need require",
  "want wish",
  "help assist",
  "end finish",
  "answer reply respond",
  "contact reach",
  "big large huge",
  "reduce lower decrease",
  "increase raise",
  "stop end cancel",
  "quick fast rapid",
  "quickly fast rapidly",
  "clever smart intelligent",
  "kid child",
  "kids children",
  "film movie",
  "films movies",
  "photo picture image",
  "photos pictures images",
  "autumn fall",
  "holiday vacation",
  "car automobile",
  "phone telephone",
  "mobile cellphone",
  "job occupation",
  "error mistake",
  "cost price",
  "shop store",
  "shipping delivery",
  "famous renowned",
  "okay ok fine",
  "compose write draft",
  "about on regarding concerning",
  "compute calculate",
  "summarize summarise",
  "describe explain",
  "benefit advantage",
  "benefits advantages",
  "best optimal ideal",
  "can could may",
  "in on at",
  "with using",
  "of in for",
  "do does",
  "is are",
  "while when during",
  "every each",
  "method way approach",
  "goal aim objective",
  "happen occur",
  "happens occurs",
  "simple easy",
  "common usual",
  "main primary chief",
  "many numerous",
  "exercising exercise",
  "enable activate turn_on switch_on",
  "disable deactivate turn_off switch_off",
  "log sign",
] as const;

const MEANINGS = readGroups();

function readGroups(): ReadonlyMap<string, ReadonlySet<number>> {
  const meanings = new Map<string, Set<number>>();
  for (const [index, group] of GROUPS.entries()) {
    for (const word of group.split(" ")) meanings.set(word, (meanings.get(word) ?? new Set()).add(index));
  }
  return meanings;
}

/** Whether one word can stand for the other. */
export function areSynonyms(a: string, b: string): boolean {
  const other = MEANINGS.get(b);
  return other !== undefined && [...(MEANINGS.get(a) ?? [])].some((meaning) => other.has(meaning));
}
