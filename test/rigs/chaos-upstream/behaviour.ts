/** F01–F28 of research/reliability.md 6.1: each bends one answer, whatever came before it. */
export const ANSWER_FAULTS = [
  "F01",
  "F02",
  "F03",
  "F04",
  "F05",
  "F06",
  "F07",
  "F08",
  "F09",
  "F10",
  "F11",
  "F12",
  "F13",
  "F14",
  "F15",
  "F16",
  "F17",
  "F18",
  "F19",
  "F20",
  "F21",
  "F22",
  "F23",
  "F24",
  "F25",
  "F26",
  "F27",
  "F28",
] as const;
/** F29–F34 are faults of a target: the time, other requests for the same model, or chance decide how it answers. */
export const STATE_FAULTS = ["F29", "F30", "F31", "F32", "F33", "F34"] as const;
export const FAULTS = [...ANSWER_FAULTS, ...STATE_FAULTS] as const;
export type AnswerFault = (typeof ANSWER_FAULTS)[number];
export type Fault = (typeof FAULTS)[number];

const NUMBER = /^\d+(\.\d+)?$/;
const FLAG = /^$/;
/** What may follow `@` in a model name or a step, and the values it takes. */
const OPTION_FORMS = [
  // Where a fault comes in: after that many events (3), or after that many body bytes (F17–F21).
  ["after", NUMBER],
  ["cut", NUMBER],
  // Pace: milliseconds between two writes, before F06's head, between F22's bytes or before F17's reset; seconds of hanging.
  ["interval", NUMBER],
  ["ms", NUMBER],
  ["hang", NUMBER],
  // Size: content events of a healthy answer; megabytes of F25 and, inflated, of F28.
  ["events", NUMBER],
  ["mb", NUMBER],
  // Kind of answer: tool calls, no usage; F10's, F13's and F14's status (F29's and F34's too); F11's form and wait; F14's target.
  ["tools", FLAG],
  ["nousage", FLAG],
  ["status", /^[2-5]\d\d$/],
  ["form", NUMBER],
  ["seconds", NUMBER],
  ["to", /^[!-~]+$/],
  // A target's state: seconds that F29 is up and down; percent of F31's answers; answers that F32 serves at once, milliseconds
  // that each takes, and requests that may wait. `ms` is also F30's and F31's latency, `seconds` F30's growth, F32's wait and
  // what lies between F34's rotations, `form` F33's.
  ["up", NUMBER],
  ["down", NUMBER],
  ["share", NUMBER],
  ["slots", /^[1-9]\d*$/],
  ["service", NUMBER],
  ["queue", NUMBER],
  // Line ends of F23; F24 and F26 go on healthily; F28 sends plain text as gzip.
  ["eol", /^(lf|crlf|cr)$/],
  ["then", /^done$/],
  ["wrong", FLAG],
] as const;
export type Option = (typeof OPTION_FORMS)[number][0];

/** How one attempt is answered: healthily when `fault` is null, either way bent by options. */
export interface Behaviour {
  readonly fault: Fault | null;
  readonly options: ReadonlyMap<Option, string>;
}

/** The rig was asked for something it cannot do. It answers 400, so that a mistyped option never passes for a fault. */
export class MisuseError extends Error {
  override readonly name = "MisuseError";
}

/**
 * `chaos-F17@cut=123` → the name that answers (`chaos-F17`) and what it does. Only `@word` and `@word=value` at the end are
 * options: `@cf/meta/llama` and `claude-3@20240620` are names. @throws MisuseError on an unknown option or value.
 */
export function parseModel(model: string): { readonly base: string; readonly behaviour: Behaviour } {
  const [, base = model, tail = ""] = /^(.+?)((?:@[a-z]+(?:=[^@]*)?)*)$/s.exec(model) ?? [];
  const options = new Map<Option, string>();
  for (const part of tail.split("@").slice(1)) {
    const [name, ...value] = part.split("=");
    const text = value.join("=");
    const form = OPTION_FORMS.find(([option, pattern]) => option === name && pattern.test(text));
    if (form === undefined) throw new MisuseError(`Unknown option @${part} in ${model}.`);
    options.set(form[0], text);
  }
  return { base, behaviour: { fault: FAULTS.find((fault) => base.includes(fault)) ?? null, options } };
}

/** What `ok` or a fault's number says, with options as in a model name: `F17@cut=123`. @throws MisuseError for any other name */
export function parseBehaviour(text: string): Behaviour {
  const { base, behaviour } = parseModel(text);
  if (base !== "ok" && base !== behaviour.fault) throw new MisuseError(`A behaviour is "ok" or a fault, not ${text}.`);
  return behaviour;
}

/** The option's value, or `fallback` where the behaviour does not set it. */
export function numberOption(behaviour: Behaviour, option: Option, fallback: number): number {
  return Number(behaviour.options.get(option) ?? fallback);
}
