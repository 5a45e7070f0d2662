import { isRecord } from "../../core/json/is-record.ts";

/** What of a body the canonical form does not hold: each value with the place it stands at. */
export type Rest = (readonly [place: string, value: unknown])[];

/**
 * Goes through a value that stands at `place` and adds to `rest` what the canonical form does not hold of it. A surface says so
 * of its whole body, so that what it does not name (a field that the API got yesterday) tells two requests apart.
 */
export type Held = (value: unknown, place: string, rest: Rest) => void;

/** By the name of a member. */
export type HeldMembers = Readonly<Record<string, Held>>;

/** Every value of it is in the canonical form. */
export const HELD: Held = () => undefined;

/** It says how an answer travels, is paid for or is filed, not which answer is asked for. */
export const IMMATERIAL: Held = () => undefined;

/** Members of these names, every value of which is. */
export function heldNames(names: Iterable<string>): HeldMembers {
  return Object.fromEntries(Array.from(names, (name) => [name, HELD]));
}

export const heldText: Held = held((value) => typeof value === "string");
export const heldFlag: Held = held((value) => typeof value === "boolean");
/** One that a double holds; of any other the canonical form keeps the double. */
export const heldNumber: Held = held((value) => typeof value === "number");

/** Nothing of it is: it is told by where it stands. */
export const UNHELD: Held = held(() => false);

/** An object, whatever stands in it. */
export const heldRecord: Held = held(isRecord);

/** An empty list. */
export const heldNone: Held = held((value) => Array.isArray(value) && value.length === 0);

/** One of these words; of others the canonical form does not keep which. */
export function heldWord(...words: readonly unknown[]): Held {
  return held((value) => words.includes(value));
}

/** An address, or bytes in base64: what else a `data:` URL may say is not kept. */
export const heldUrl: Held = held((value) => typeof value === "string" && (!/^data:/i.test(value) || BASE64.test(value)));
const BASE64 = /^data:[^;,]+;base64,/i;

function held(isHeld: (value: unknown) => boolean): Held {
  return (value, place, rest) => {
    if (!isHeld(value)) rest.push([place, value]);
  };
}

/** A text, or what `other` says. */
export function textOr(other: Held): Held {
  return (value, place, rest) => {
    if (typeof value !== "string") other(value, place, rest);
  };
}

export function heldList(item: Held): Held {
  return (value, place, rest) => {
    if (!Array.isArray(value)) return void rest.push([place, value]);
    for (let index = 0; index < value.length; index++) item(value[index], `${place}[${index}]`, rest);
  };
}

/** One value where a list is declared counts as a list of it. */
export function oneOrMore(item: Held): Held {
  const list = heldList(item);
  return (value, place, rest) => list(Array.isArray(value) ? value : [value], place, rest);
}

/** How a member's name is spelt in tables. */
type Spelling = (name: string) => string;

const asItIs: Spelling = (name) => name;

/** An object. `null` says nothing; a member that is not named here is not held, nor is one that is given in two spellings. */
export function heldObject(members: HeldMembers, spelling: Spelling = asItIs): Held {
  return (value, place, rest) => {
    if (isRecord(value)) walk(value, { members, spelling, skipped: null }, { place, rest });
    else rest.push([place, value]);
  };
}

interface Kinds {
  /** The member that says of which kind an object is. */
  readonly tag: string;
  /** Of an object without that member. */
  readonly untagged?: string;
  readonly kinds: Readonly<Record<string, HeldMembers>>;
  readonly spelling?: Spelling;
  /** Readers leave it out where it says nothing beside its kind, or nothing that they know: then its kind is not held either. */
  readonly isLeftOut?: true;
}

/** An object of one of several kinds; of another kind nothing is held. */
export function heldKind({ isLeftOut, kinds, spelling = asItIs, tag, untagged = "" }: Kinds): Held {
  return (value, place, rest) => {
    const kind = isRecord(value) ? (value[tag] ?? untagged) : null;
    if (!isRecord(value) || typeof kind !== "string" || !Object.hasOwn(kinds, kind)) return void rest.push([place, value]);
    const before = rest.length;
    const said = walk(value, { members: kinds[kind] ?? {}, spelling, skipped: tag }, { place, rest });
    if (isLeftOut === true && (said === 0 || rest.length > before)) rest.push([`${place}.${tag}`, kind]);
  };
}

interface Walked {
  readonly members: HeldMembers;
  readonly spelling: Spelling;
  readonly skipped: string | null;
}

/** How many members say something. An unknown name is quoted, so that it cannot look like the place of another value. */
function walk(
  value: Readonly<Record<string, unknown>>,
  { members, skipped, spelling }: Walked,
  { place, rest }: { readonly place: string; readonly rest: Rest },
): number {
  let said = 0;
  for (const name in value) {
    const member = value[name];
    if (member === null || name === skipped) continue;
    const spelt = spelling(name);
    const isTwice = spelt !== name && spelt in value;
    const heldMember = !isTwice && Object.hasOwn(members, spelt) ? members[spelt] : undefined;
    if (heldMember === undefined) rest.push([`${place}.${JSON.stringify(name)}`, member]);
    else heldMember(member, `${place}.${spelt}`, rest);
    if (heldMember !== IMMATERIAL && !isEmpty(member)) said += 1;
  }
  return said;
}

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

/** A prompt-cache mark in Anthropic's words. */
export const heldMark: Held = heldObject({ type: IMMATERIAL, ttl: IMMATERIAL });
