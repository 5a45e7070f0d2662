import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../src/core/bounded-map.ts";

describe("BoundedMap", () => {
  it("forgets what was not used for longest, and says so", () => {
    const forgotten: string[] = [];
    const map = new BoundedMap(
      2,
      (key) => ({ key }),
      (key, value) => forgotten.push(`${key} ${value.key}`),
    );
    const [first] = [map.use("a"), map.use("b")];
    expect(map.use("a")).toBe(first);
    map.get("b");
    map.use("c");
    expect([...map.entries()].map(([key]) => key)).toEqual(["a", "c"]);
    map.delete("a");
    map.delete("unknown");
    expect(forgotten).toEqual(["b b", "a a"]);
  });
});
