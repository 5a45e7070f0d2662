import { isRecord } from "./is-record.ts";

/** Reads a value of a known shape out of anything; undefined when it is something else. Never throws. */
export type Reader<Value> = (value: unknown) => Value | undefined;

/** A number from 0 up to `max`. */
export function amount(max: number): Reader<number> {
  return (value) => (typeof value === "number" && value >= 0 && value <= max ? value : undefined);
}

/** A whole number from 0 up. */
export const whole: Reader<number> = (value) => (Number.isInteger(value) ? amount(Number.MAX_SAFE_INTEGER)(value) : undefined);

/** A text of 1 to `maxLength` characters. */
export function text(maxLength: number): Reader<string> {
  return (value) => (typeof value === "string" && value !== "" && value.length <= maxLength ? value : undefined);
}

/** true or false. */
export const flag: Reader<boolean> = (value) => (typeof value === "boolean" ? value : undefined);

/** Null, or what `read` reads. */
export function nullable<Value>(read: Reader<Value>): Reader<Value | null> {
  return (value) => (value === null ? null : read(value));
}

/** At most `max` of what `read` reads; one that is something else spoils the list. */
export function list<Value>(read: Reader<Value>, max: number): Reader<readonly Value[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > max) return undefined;
    const items: Value[] = [];
    for (const member of value) {
      const item = read(member);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  };
}

/** An object of these members. Others are left out: a newer writer may have added them. */
export function object<Shape extends object>(readers: { readonly [Key in keyof Shape]: Reader<Shape[Key]> }): Reader<Shape> {
  const members = Object.entries<Reader<unknown>>(readers);
  return (value) => {
    if (!isRecord(value)) return undefined;
    const shape: Record<string, unknown> = {};
    for (const [name, read] of members) {
      const member = read(value[name]);
      if (member === undefined) return undefined;
      shape[name] = member;
    }
    return shape as Shape; // each member was read by the reader of its own type
  };
}

/** What was read of one kind of a union, with the tag that names it. */
export function tagged<Kind extends string, Shape extends object>(kind: Kind, shape: Shape | undefined) {
  return shape === undefined ? undefined : { kind, ...shape };
}
