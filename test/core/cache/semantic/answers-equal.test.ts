import { describe, expect, it } from "vitest";
import { answersEqual } from "../../../../src/core/cache/semantic/answers-equal.ts";

const LONG = "The warranty covers every part of the machine but its filters and seals. ".repeat(8);

describe("answersEqual", () => {
  it.each([
    ["equal texts", "Paris.", "Paris."],
    ["white space, emphasis, case and the last full stop", "The capital is **Paris**.", "the capital\nis Paris"],
    ["JSON in another order", '{"city": "Paris", "code": 75}', '{"code":75,"city":"Paris"}'],
    ["an article more", "The library opens at 9 and closes at 17.", "Library opens at 9 and closes at 17."],
  ])("takes %s for the same", (_, one, other) => {
    expect(answersEqual(one, other)).toBe(1);
    expect(answersEqual(other, one)).toBe(1);
  });

  it.each([
    ["another number", "It costs 20 euros a month.", "It costs 30 euros a month."],
    ["another unit", "Take 5 mg twice a day with water.", "Take 5 g twice a day with water."],
    ["another currency", "It costs $20 a month.", "It costs €20 a month."],
    ["yes and no", "Yes, you can cancel it.", "No, you can cancel it."],
    ["other values in JSON", '{"city":"Paris"}', '{"city":"Lyon"}'],
    ["other code", "Run:\n```sh\nnpm ci\n```", "Run:\n```sh\nnpm install\n```"],
    ["other words", "Open the settings and choose billing.", "Paris is the capital of France."],
  ])("tells %s", (_, one, other) => {
    expect(answersEqual(one, other)).toBe(0);
    expect(answersEqual(other, one)).toBe(0);
  });

  it.each([
    ["nothing", "", ""],
    ["a denial more", "You can cancel the order within the first week.", "You can not cancel the order within the first week."],
    [
      "names that changed places",
      "The train goes from Paris to London on Monday.",
      "The train goes from London to Paris on Monday.",
    ],
    [
      "one word for another",
      "The office is open on Monday in the morning only.",
      "The office is open on Tuesday in the morning only.",
    ],
    ["more said than asked", "It opens at 9.", "It opens at 9 and closes at 17 on most days of the week."],
    ["long answers that share most of their words", `${LONG}It lasts long.`, `${LONG}It ends soon.`],
  ])("does not decide on %s", (_, one, other) => {
    expect(answersEqual(one, other)).not.toBe(1);
  });

  it("has no verdict on answers that share half of their words", () => {
    expect(
      answersEqual("Restart the router, then wait a minute.", "Unplug the router and wait until the light is green."),
    ).toBeNull();
  });

  it("reads scripts without spaces letter by letter", () => {
    expect(answersEqual("巴黎是法国的首都。", "巴黎是法国的首都")).toBe(1);
    expect(answersEqual("巴黎是法国的首都", "请重新启动路由器")).toBe(0);
  });
});
