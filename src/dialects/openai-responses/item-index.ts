import { isRecord } from "../../core/json/is-record.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The items of a stream, found by the place and by the id that its events give. */
export class ItemIndex<T extends { readonly type: unknown }> {
  readonly #all: T[] = [];
  readonly #create: (position: number) => T;
  readonly #byIndex = new Map<unknown, T>();
  readonly #byId = new Map<unknown, T>();

  /** `position` is an item's place in `all`. */
  constructor(create: (position: number) => T) {
    this.#create = create;
  }

  /** In the order in which they came. */
  get all(): readonly T[] {
    return this.#all;
  }

  /** The item an event is about, by its place, else by its id; a new one where it is none of those that came. */
  of({ item, item_id: itemId, output_index: index, type }: Fields): T {
    const id = isRecord(item) ? item["id"] : itemId;
    // An event that names none is about the last one.
    const isNamed = index !== undefined || id !== undefined || type === "response.output_item.added";
    const last = isNamed ? undefined : this.#all.at(-1);
    const known = this.#byIndex.get(index) ?? this.#byId.get(id) ?? last ?? this.#add();
    if (index !== undefined) this.#byIndex.set(index, known);
    if (id !== undefined) this.#byId.set(id, known);
    return known;
  }

  /** Each item of the final response with the streamed one that it is; a new one for what was not streamed. */
  matched(output: readonly unknown[]): readonly (readonly [T, Fields])[] {
    const known = this.#match(output);
    return output.flatMap((final, index) => (isRecord(final) ? [[known[index] ?? this.#add(), final] as const] : []));
  }

  #add(): T {
    const item = this.#create(this.#all.length);
    this.#all.push(item);
    return item;
  }

  /** Some backends give every event other ids: what no id claims is matched by its place, else by its order among those of its type. */
  #match(output: readonly unknown[]): readonly (T | null)[] {
    const claimed = new Set<T>();
    const claim = (item: T): T => {
      claimed.add(item);
      return item;
    };
    const named = output.map((final) => {
      const item = isRecord(final) ? this.#byId.get(final["id"]) : undefined;
      return item === undefined || claimed.has(item) ? null : claim(item);
    });
    return output.map((final, index) => {
      const known = named[index] ?? null;
      if (known !== null || !isRecord(final)) return known;
      const isFree = (item: T): boolean => !claimed.has(item) && item.type === final["type"];
      const placed = this.#byIndex.get(index);
      const found = placed !== undefined && isFree(placed) ? placed : this.#all.find(isFree);
      return found === undefined ? null : claim(found);
    });
  }
}
