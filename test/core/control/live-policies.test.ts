import { describe, expect, it } from "vitest";
import type { ControlChange, GenerationRef } from "../../../src/core/control/control-state.ts";
import { LivePolicies } from "../../../src/core/control/live-policies.ts";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import { compileText, document, expectCompiled, linked } from "../policy/compile-files.ts";
import { after, BASE, digestOf, start } from "./control-fixtures.ts";

const compiled = expectCompiled(await compileText(document("LLMProvider", "sim", "{ simulator: {} }")));
const policyNamed = (stamp: string): LinkedPolicy => ({ ...linked(compiled), stamp });

const bundled = policyNamed("bundled");
const promote: ControlChange = { action: "promote", base: BASE };
const rollback: ControlChange = { action: "rollback", base: BASE };
const always = (): boolean => true;
const CALLERS = Array.from({ length: 20_000 }, (_, index) => `default/app-${index}`);

/** Published policies by digest; what is not there cannot be had. */
function storeOf(...characters: readonly string[]) {
  const loads: GenerationRef[] = [];
  const load = async (ref: GenerationRef): Promise<LinkedPolicy | null> => {
    loads.push(ref);
    const character = characters.find((each) => digestOf(each) === ref.digest);
    return character === undefined ? null : policyNamed(character);
  };
  return { load, loads };
}

const stampsOf = (live: LivePolicies): readonly string[] => CALLERS.map((caller) => live.forCaller(caller).stamp);
const shareOf = (live: LivePolicies, stamp: string): number =>
  stampsOf(live).filter((each) => each === stamp).length / CALLERS.length;

it("serves what the Worker was built with until told otherwise", async () => {
  const live = new LivePolicies(bundled, BASE);
  expect(live.current()).toBe(bundled);
  expect(await live.follow(after().head, storeOf().load, always)).toBe(true);
  expect(live.forCaller("default/app")).toBe(bundled);
});

describe("a canary", () => {
  it("gets its share of the callers, within one in a hundred", async () => {
    const live = new LivePolicies(bundled, BASE);
    expect(await live.follow(after(start("1")).head, storeOf("1").load, always)).toBe(true);
    expect(Math.abs(shareOf(live, "1") - 0.1)).toBeLessThan(0.01);
    expect(live.current()).toBe(bundled);
    expect(live.live()).toHaveLength(2);
    expect(live.live()[0]).toBe(bundled);
  });

  it("keeps its callers however often the head is followed, in every isolate", async () => {
    const { load, loads } = storeOf("1");
    const [live, other] = [new LivePolicies(bundled, BASE), new LivePolicies(bundled, BASE)];
    const { head } = after(start("1"));
    await live.follow(head, load, always);
    const before = stampsOf(live);
    for (let turn = 0; turn < 5; turn += 1) await live.follow(head, load, always);
    expect(loads).toHaveLength(1);
    await other.follow(head, load, always);
    expect(stampsOf(live)).toEqual(before);
    expect(stampsOf(other)).toEqual(before);
  });

  it("keeps its callers when its share grows", async () => {
    const live = new LivePolicies(bundled, BASE);
    const { load } = storeOf("1");
    await live.follow(after(start("1")).head, load, always);
    const before = stampsOf(live);
    await live.follow(after(start("1"), { action: "share", base: BASE, share: 0.5 }).head, load, always);
    const grown = stampsOf(live);
    expect(before.filter((stamp, index) => stamp === "1" && grown[index] !== "1")).toEqual([]);
    expect(Math.abs(shareOf(live, "1") - 0.5)).toBeLessThan(0.01);
  });

  it("of everything or nothing is just that", async () => {
    const live = new LivePolicies(bundled, BASE);
    await live.follow(after(start("1", 1)).head, storeOf("1").load, always);
    expect(shareOf(live, "1")).toBe(1);
    await live.follow(after(start("1", 0)).head, storeOf("1").load, always);
    expect(shareOf(live, "1")).toBe(0);
  });

  it("is promoted, rolled back, and gone with another build", async () => {
    const live = new LivePolicies(bundled, BASE);
    const { load } = storeOf("1", "2");
    await live.follow(after(start("1"), promote).head, load, always);
    expect(live.current().stamp).toBe("1");
    await live.follow(after(start("1"), promote, start("2"), rollback).head, load, always);
    expect([live.current().stamp, shareOf(live, "1")]).toEqual(["1", 1]);
    await live.follow(after(start("1"), promote, rollback).head, load, always);
    expect(live.current()).toBe(bundled);
    await live.follow(after(start("1"), promote).head, load, always);
    await live.follow(after(start("2", 0.5, digestOf("c"))).head, load, always);
    expect([live.current(), shareOf(live, "bundled")]).toEqual([bundled, 1]);
  });
});

describe("what cannot be had", () => {
  it.each([
    ["a canary", [start("1"), promote, start("9", 0.5)]],
    ["a stable one", [start("9"), promote]],
    ["a stable one beside a canary that can", [start("9"), promote, start("2")]],
  ])("replaces nothing: %s", async (_, changes: readonly ControlChange[]) => {
    const live = new LivePolicies(bundled, BASE);
    const { load } = storeOf("1", "2");
    await live.follow(after(start("1"), promote, start("2")).head, load, always);
    const before = stampsOf(live);
    expect(await live.follow(after(...changes).head, load, always)).toBe(false);
    expect(stampsOf(live)).toEqual(before);
  });

  it("is asked for again, and served once it is there", async () => {
    const live = new LivePolicies(bundled, BASE);
    const { head } = after(start("1"), promote);
    expect(await live.follow(head, storeOf().load, always)).toBe(false);
    expect(await live.follow(head, storeOf("1").load, always)).toBe(true);
    expect(live.current().stamp).toBe("1");
  });
});

it("does not go back to a head whose loading took longer than a later one's", async () => {
  const live = new LivePolicies(bundled, BASE);
  await live.follow(after(start("1", 1)).head, storeOf("1").load, always);
  expect(await live.follow(after().head, storeOf().load, always)).toBe(true);
  expect(await live.follow(after(start("2", 1)).head, storeOf("2").load, () => false)).toBe(false);
  expect(live.forCaller("default/app")).toBe(bundled);
});

it("serves one and the same generation, however many answers load it at once", async () => {
  const { load } = storeOf("2");
  const live = new LivePolicies(bundled, BASE);
  const { head } = after(start("2", 1));
  const served = await Promise.all(
    [1, 2, 3].map(() => live.follow(head, load, always).then(() => live.forCaller("default/app"))),
  );
  expect(new Set(served).size).toBe(1);
});
