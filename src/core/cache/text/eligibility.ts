import { type Reading, readText } from "./reading.ts";
import { wordSet } from "./words.ts";

/** What the rest of a request says about sharing its answer. Read from the canonical request; nothing of it is text. */
export interface RequestFacts {
  /** Tools are offered and may be called: `tool_choice` is not `none`. */
  readonly offersTools: boolean;
  /** A tool was called or answered in an earlier turn. */
  readonly hasToolTurns: boolean;
  /** Images, audio or files in any turn. */
  readonly hasMedia: boolean;
  /** The last turn is the user's, and text. */
  readonly endsWithUserText: boolean;
  /** The answer begins with what the caller wrote for the assistant. */
  readonly isPrefilled: boolean;
  /** Answers asked for at once; 1 where nothing was said. */
  readonly choices: number;
  readonly hasSeed: boolean;
  readonly hasLogprobs: boolean;
  /** Null where nothing was said. */
  readonly temperature: number | null;
}

/** Why an answer is shared less widely, or for less long. */
export type Restriction =
  | "tools"
  | "media"
  | "turn"
  | "sampling"
  | "short"
  | "long"
  | "creative"
  | "volatile"
  | "personal"
  | "imperative"
  | "arithmetic";

/** How far an answer to this text may go. The exact tier needs no leave: whoever asks the same bytes asked for the same. */
export interface Eligibility {
  /** It may be given to, and come from, another text with the same canonical form. */
  readonly canonical: boolean;
  /** It may be given to, and come from, a text that only means the same. Implies `canonical`. */
  readonly semantic: boolean;
  /** It is kept no longer, in milliseconds; null where the policy's own time holds. */
  readonly ttlCapMs: number | null;
  /** Its answer is about who asks: shared with nobody else, whatever the policy says. */
  readonly principalOnly: boolean;
  /** In the order in which they are looked for. */
  readonly restrictions: readonly Restriction[];
}

const VOLATILE_TTL_MS = 60_000;
const HIGHEST_TEMPERATURE = 0.7;
const LEAST_CONTENT = 2;
/** Longer texts may be cut by an embedder, and two that are cut alike collide. In characters. */
const LONGEST_SEMANTIC = 2_000;

/** What takes each restriction: all that is shared beyond the same bytes, or what is shared by meaning alone. */
const TAKES: Readonly<Record<Restriction, "canonical" | "semantic" | null>> = {
  tools: "canonical",
  media: "canonical",
  turn: "canonical",
  sampling: "canonical",
  short: "canonical",
  long: "semantic",
  creative: "canonical",
  volatile: "semantic",
  personal: null,
  imperative: "canonical",
  arithmetic: "semantic",
};

/** How far the answer to a user's last text may be shared, by the text and by the request around it. */
export function eligibilityOf(text: string, facts: RequestFacts): Eligibility {
  const restrictions = [...restrictionsOfRequest(facts), ...restrictionsOfText(readText(text))];
  const canonical = !restrictions.some((restriction) => TAKES[restriction] === "canonical");
  return {
    canonical,
    semantic: canonical && !restrictions.some((restriction) => TAKES[restriction] === "semantic"),
    ttlCapMs: restrictions.includes("volatile") ? VOLATILE_TTL_MS : null,
    principalOnly: restrictions.includes("personal"),
    restrictions,
  };
}

function restrictionsOfRequest(facts: RequestFacts): readonly Restriction[] {
  const found: Restriction[] = [];
  if (facts.offersTools || facts.hasToolTurns) found.push("tools");
  if (facts.hasMedia) found.push("media");
  if (!facts.endsWithUserText || facts.isPrefilled) found.push("turn");
  const isSampled = facts.choices > 1 || facts.hasSeed || facts.hasLogprobs || (facts.temperature ?? 0) > HIGHEST_TEMPERATURE;
  if (isSampled) found.push("sampling");
  return found;
}

function restrictionsOfText(reading: Reading): readonly Restriction[] {
  const found: Restriction[] = [];
  if (reading.content.length < LEAST_CONTENT) found.push("short");
  if (reading.original.length > LONGEST_SEMANTIC) found.push("long");
  if (isCreative(reading)) found.push("creative");
  if (isVolatile(reading)) found.push("volatile");
  if (isPersonal(reading)) found.push("personal");
  if (isImperative(reading)) found.push("imperative");
  if (isArithmetic(reading)) found.push("arithmetic");
  return found;
}

const CREATIVE = wordSet(
  "poem poems poetry haiku limerick sonnet rhyme lyrics song story stories tale novel joke jokes riddle riddles pun puns brainstorm ideas random randomly another different surprise imagine invent roleplay slogan slogans tagline taglines",
);

/** The same words ask for something new each time. */
function isCreative({ words }: Reading): boolean {
  return words.some((word) => CREATIVE.has(word));
}

const VOLATILE = wordSet(
  "today today's tonight tomorrow yesterday now latest newest current currently recent recently live price prices weather forecast rain raining score scores stock stocks news headline headlines trending traffic happening exchange",
  "heute jetzt morgen gestern wetter aktuell aujourd'hui maintenant demain hier météo prix hoy ahora mañana ayer tiempo precio oggi adesso domani hoje agora amanhã vandaag сегодня сейчас погода",
);
const VOLATILE_CHARACTERS = ["今日", "今天", "现在", "現在", "明天", "明日", "天气", "天気", "오늘", "지금", "날씨"];
const SPANS = wordSet("day night week weekend month quarter year morning afternoon evening season");
const BEFORE_SPANS = wordSet("this next last past coming");

/** True at one time and not at another. */
function isVolatile({ original, words }: Reading): boolean {
  if (words.some((word) => VOLATILE.has(word))) return true;
  if (words.some((word, at) => SPANS.has(word) && BEFORE_SPANS.has(words[at - 1] ?? ""))) return true;
  if (words.some((word, at) => word === "time" && words[at - 1] === "what" && words[at + 1] === "is")) return true;
  return VOLATILE_CHARACTERS.some((characters) => original.includes(characters));
}

const OWNED = wordSet(
  "account accounts order orders balance salary payslip invoice invoices bill bills payment payments subscription booking bookings reservation reservations ticket tickets appointment appointments calendar schedule meeting meetings email emails inbox message messages contacts address profile history usage card cards loan mortgage policy claim claims prescription diagnosis results grade grades manager package delivery shipment refund transactions transaction portfolio taxes leave vacation",
);
const OWNERS = wordSet("my our mine");
/** Words between an owner and what is owned: `my last three orders`. */
const REACH = 4;
/** An identifier: long, with digits, or an address of a person. */
const LONG_NUMBER = /\d{6}/;
const EMAIL = /[^\s@]@[^\s@]/;

/** About who asks, or naming someone. */
function isPersonal({ tokens, words }: Reading): boolean {
  const isOwned = words.some(
    (word, at) => OWNERS.has(word) && words.slice(at + 1, at + 1 + REACH).some((next) => OWNED.has(next)),
  );
  return isOwned || tokens.some(({ text }) => LONG_NUMBER.test(text) || EMAIL.test(text));
}

const ORDERS = wordSet(
  "delete remove erase clear send email mail text call dial message pay transfer wire refund buy order purchase book reserve cancel schedule reschedule deploy publish post tweet submit approve reject sign merge push restart reboot shutdown stop start run execute install uninstall upgrade downgrade enable disable activate deactivate turn switch set reset add put move rename upload download save store lock unlock open close play pause resume skip mute unmute dim increase decrease raise lower remind record subscribe unsubscribe unfollow follow share forward reply archive mark assign invite kick ban unban grant revoke block unblock",
);

/** Begins by telling to do something that changes the world. */
function isImperative({ words }: Reading): boolean {
  const [first = "", second = ""] = words;
  return (
    ORDERS.has(first) ||
    ((first === "can" || first === "could" || first === "would" || first === "will") &&
      second === "you" &&
      ORDERS.has(words[2] ?? ""))
  );
}

const SUMS = wordSet(
  "calculate compute sum plus minus times multiplied divided multiply divide subtract add percent percentage % sqrt root squared cubed average convert total + * / × ÷ ^ =",
);
const DIGIT = /\d/;

/** Numbers, and something to do with them: what nearly is the same sum has another result. */
function isArithmetic({ words }: Reading): boolean {
  return (
    words.some((word) => DIGIT.test(word)) &&
    words.some((word, at) => SUMS.has(word) || (word === "-" && DIGIT.test(words[at - 1] ?? "")))
  );
}
