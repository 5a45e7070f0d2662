/** Those that no prefix tells. */
const PAIRS = [
  "on/off open/close open/closed opened/closed start/stop start/end begin/end begin/finish first/last buy/sell before/after today/tomorrow",
  "today/yesterday yesterday/tomorrow employer/employee employers/employees with/without more/less most/least more/fewer high/low",
  "higher/lower highest/lowest up/down in/out over/under above/below push/pull give/take give/get send/receive sender/receiver",
  "sender/recipient lend/borrow win/lose winner/loser pass/fail accept/reject accept/decline approve/reject approve/deny grant/deny",
  "grant/revoke allow/deny allow/block allow/prevent allow/forbid permit/forbid add/remove add/delete insert/delete create/delete",
  "create/destroy save/delete save/discard show/hide visible/hidden left/right top/bottom front/back north/south east/west early/late",
  "earlier/later earliest/latest oldest/newest old/new old/young older/newer older/younger cheap/expensive cheaper/pricier cheapest/priciest",
  "large/small larger/smaller largest/smallest big/small big/little bigger/smaller biggest/smallest long/short longer/shorter",
  "longest/shortest fast/slow faster/slower fastest/slowest hot/cold hotter/colder hottest/coldest warm/cool warmer/cooler near/far",
  "nearest/farthest best/worst better/worse good/bad love/hate true/false yes/no right/wrong correct/wrong male/female man/woman men/women",
  "boy/girl father/mother son/daughter brother/sister husband/wife king/queen asset/liability assets/liabilities debit/credit profit/loss",
  "income/expense revenue/cost deposit/withdraw deposit/withdrawal read/write push/pop enter/exit enter/leave arrive/depart arrival/departure",
  "arrivals/departures land/takeoff current/former current/previous next/previous next/last past/future always/never all/none",
  "everything/nothing always/sometimes increase/reduce raise/lower rise/fall gain/lose grow/shrink expand/collapse expand/contract",
  "expand/shrink max/min majority/minority plus/minus positive/negative multiply/divide plural/singular public/private incoming/outgoing",
  "client/server host/guest teacher/student doctor/patient landlord/tenant buyer/seller lender/borrower parent/child plaintiff/defendant",
  "optional/required optional/mandatory mandatory/voluntary free/paid safe/dangerous light/dark bright/dim brighten/dim wet/dry full/empty",
  "hard/soft hard/easy difficult/easy strong/weak stronger/weaker rich/poor heavy/light heavier/lighter thick/thin wide/narrow deep/shallow",
  "loud/quiet alive/dead born/died born/die birth/death live/die summer/winter day/night morning/evening am/pm weekday/weekend ancient/modern",
  "sync/async static/dynamic horizontal/vertical row/column rows/columns prefix/suffix client/vendor supply/demand cause/effect cause/prevent",
  "cause/cure problem/solution question/answer attack/defend enlist/discharge hire/fire hired/fired join/leave freeze/thaw commit/rollback",
  "upper/lower uppercase/lowercase major/minor senior/junior domestic/international vegetarian/meat gross/net pros/cons benefits/drawbacks",
  "benefits/risks strengths/weaknesses same/different similar/different can/must acid/base celsius/fahrenheit husband/husbands war/peace",
  "guilty/innocent brave/cowardly",
];

/** What a word begins with when it says the opposite of the word that begins with the other, or with neither. */
const PREFIXES = [
  ["", "un"],
  ["", "in"],
  ["", "im"],
  ["", "ir"],
  ["", "il"],
  ["", "dis"],
  ["", "non"],
  ["", "de"],
  ["", "anti"],
  ["", "mis"],
  ["", "re"],
  ["up", "down"],
  ["over", "under"],
  ["pre", "post"],
  ["in", "out"],
  ["in", "ex"],
  ["im", "ex"],
  ["en", "de"],
  ["en", "dis"],
  ["in", "de"],
  ["as", "des"],
  ["at", "de"],
  ["ac", "de"],
  ["hyper", "hypo"],
  ["inter", "intra"],
  ["macro", "micro"],
  ["maxi", "mini"],
  ["sub", "super"],
  ["ante", "anti"],
  ["multi", "single"],
] as const;
/** What follows a prefix is a word of its own. */
const SHORTEST_REST = 3;

const OPPOSITES = readPairs();

function readPairs(): ReadonlyMap<string, ReadonlySet<string>> {
  const opposites = new Map<string, Set<string>>();
  const add = (one: string, other: string): void => {
    opposites.set(one, (opposites.get(one) ?? new Set()).add(other));
  };
  for (const pair of PAIRS.join(" ").split(" ")) {
    const [one = "", other = ""] = pair.split("/");
    add(one, other);
    add(other, one);
  }
  return opposites;
}

/** Whether one word says the opposite of the other: by the table, a prefix, or `-ful` and `-less`. */
export function areOpposites(a: string, b: string): boolean {
  return hasOppositeAmong(a, { has: (word) => word === b });
}

/** Whether any of the words says the opposite. In time that does not depend on how many they are. */
export function hasOppositeAmong(word: string, words: Pick<ReadonlySet<string>, "has">): boolean {
  return [...(OPPOSITES.get(word) ?? [])].some((other) => words.has(other)) || formsOf(word).some((other) => words.has(other));
}

/** What a word is called with the opposite beginning or end; most of them are no words. */
function formsOf(word: string): readonly string[] {
  const forms = PREFIXES.flatMap(([one, other]) => [...exchange(word, one, other), ...exchange(word, other, one)]);
  if (word.endsWith("ful")) forms.push(`${word.slice(0, -3)}less`);
  if (word.endsWith("less")) forms.push(`${word.slice(0, -4)}ful`);
  return forms;
}

function exchange(word: string, prefix: string, other: string): readonly string[] {
  return word.startsWith(prefix) && word.length - prefix.length >= SHORTEST_REST ? [other + word.slice(prefix.length)] : [];
}
