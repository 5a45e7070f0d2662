import type { EventData } from "./good-streams.ts";

/** A change of a stream's events; the ones given stay as they are. */
export type Edit = (events: readonly EventData[]) => readonly EventData[];

/** Each event by itself: what two of them share is not changed in both. */
const own = (events: readonly EventData[]): EventData[] => events.map((event) => structuredClone(event));

/** Puts the value where the path (`choices.0.delta.role`) leads in the event. */
export function put(index: number, path: string, value: unknown): Edit {
  return (events) => {
    const copy = own(events);
    const { holder, key } = find(copy[index], path);
    Reflect.set(holder, key, value);
    return copy;
  };
}

/** Takes the member away to which the path leads. */
export function drop(index: number, path: string): Edit {
  return (events) => {
    const copy = own(events);
    const { holder, key } = find(copy[index], path);
    if (!Reflect.has(holder, key)) throw new Error(`There is no ${path} in event ${index}.`);
    Reflect.deleteProperty(holder, key);
    return copy;
  };
}

/** Leaves the events away. */
export function without(...indices: readonly number[]): Edit {
  return (events) => own(events).filter((_event, index) => !indices.includes(index));
}

/** Puts a copy of an event, or a new one, at the place. */
export function insert(index: number, event: number | EventData): Edit {
  return (events) =>
    own(events).toSpliced(index, 0, ...(typeof event === "number" ? own(events.slice(event, event + 1)) : [event]));
}

/** Moves an event. */
export function move(from: number, to: number): Edit {
  return (events) =>
    own(events)
      .toSpliced(from, 1)
      .toSpliced(to, 0, ...own(events.slice(from, from + 1)));
}

/** One change after the other. */
export function both(...edits: readonly Edit[]): Edit {
  return (events) => edits.reduce((edited, edit) => edit(edited), events);
}

function find(event: unknown, path: string): { readonly holder: object; readonly key: string } {
  const steps = path.split(".");
  const key = steps.pop() ?? "";
  let holder: unknown = event;
  for (const step of steps) holder = Reflect.get(Object(holder) as object, step);
  if (typeof holder !== "object" || holder === null) throw new Error(`${path} leads nowhere.`);
  return { holder, key };
}
