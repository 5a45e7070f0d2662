import { isObjectValue } from "../canonical/check-fields.ts";

/** The items of a stream: all in the order in which they came, by the id and by the place their events gave. */
export interface StreamedItems<T extends { readonly type: unknown }> {
  readonly all: readonly T[];
  readonly byId: ReadonlyMap<unknown, T>;
  readonly byIndex: ReadonlyMap<unknown, T>;
}

/**
 * For each item of the final response the streamed one that it is; null for one that was not streamed. Some backends give
 * every event other ids: what no id claims is matched by its place, else by its order among those of its type.
 */
export function matchItems<T extends { readonly type: unknown }>(
  output: readonly unknown[],
  { all, byId, byIndex }: StreamedItems<T>,
): readonly (T | null)[] {
  const claimed = new Set<T>();
  const claim = (item: T): T => {
    claimed.add(item);
    return item;
  };
  const named = output.map((final) => {
    const item = isObjectValue(final) ? byId.get(final["id"]) : undefined;
    return item === undefined || claimed.has(item) ? null : claim(item);
  });
  return output.map((final, index) => {
    const known = named[index] ?? null;
    if (known !== null || !isObjectValue(final)) return known;
    const isFree = (item: T): boolean => !claimed.has(item) && item.type === final["type"];
    const placed = byIndex.get(index);
    const found = placed !== undefined && isFree(placed) ? placed : all.find(isFree);
    return found === undefined ? null : claim(found);
  });
}
