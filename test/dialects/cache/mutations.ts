type Json = unknown;

/** A body with one thing changed, and where. */
export interface Mutation {
  readonly place: string;
  readonly body: Json;
}

/**
 * A body in every way in which one thing of it can differ: each text, number and flag by another, each member and item left out,
 * an unknown member in every object. What stands at `passedOver` is left alone, with all that stands in it.
 */
export function mutationsOf(body: Json, passedOver: PassedOver): Generator<Mutation> {
  return within(body, "", passedOver);
}

type PassedOver = (place: string) => boolean;

function* within(value: Json, place: string, passedOver: PassedOver): Generator<Mutation> {
  if (passedOver(place)) return;
  if (Array.isArray(value)) yield* withinList(value, place, passedOver);
  else if (typeof value === "object" && value !== null) yield* withinObject(value, place, passedOver);
  else for (const other of othersOf(value)) yield { place: `${place} = ${JSON.stringify(other).slice(0, 40)}`, body: other };
}

function* withinList(list: readonly Json[], place: string, passedOver: PassedOver): Generator<Mutation> {
  for (const [index, item] of list.entries()) {
    for (const mutation of within(item, `${place}[]`, passedOver)) yield { ...mutation, body: list.with(index, mutation.body) };
  }
  if (list.length > 0) yield { place: `${place}[] gone`, body: list.slice(0, -1) };
}

function* withinObject(object: object, place: string, passedOver: PassedOver): Generator<Mutation> {
  const members: readonly (readonly [string, Json])[] = Object.entries(object);
  for (const [name, member] of members) {
    const inner = `${place}.${name}`;
    for (const mutation of within(member, inner, passedOver)) yield { ...mutation, body: { ...object, [name]: mutation.body } };
    if (!saysSomething(member) || passedOver(inner)) continue;
    const others = members.filter(([other]) => other !== name);
    yield { place: `${inner} ${JSON.stringify(member)} gone`, body: Object.fromEntries(others) };
  }
  for (const unknown of [1, "x", { y: [] }]) yield { place: `${place}.x_new`, body: { ...object, x_new: unknown } };
}

function othersOf(value: Json): readonly Json[] {
  if (typeof value === "string") return [`${value}x`, value === "" ? "y" : value.slice(1), 7];
  if (typeof value === "number") return [value + 1, value / 2 + 0.123, String(value)];
  if (typeof value === "boolean") return [!value, String(value)];
  return ["x"];
}

/** Whether leaving it out may be another request: what is null or empty says the same as nothing. */
function saysSomething(value: Json): boolean {
  if (value === null || value === "" || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** The same JSON with the members of every object in another order. */
export function shuffled(value: Json): Json {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, shuffled(member)] as const)
      .toReversed(),
  );
}
