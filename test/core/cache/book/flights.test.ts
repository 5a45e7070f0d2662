import { describe, expect, it } from "vitest";
import { Flights, type News } from "../../../../src/core/cache/book/flights.ts";

/** Flights, and a clock that rings when it is told to. */
function open() {
  const rings: (() => void)[] = [];
  const flights = new Flights(() => new Promise((resolve) => rings.push(resolve)));
  return { flights, ring: () => rings.splice(0).forEach((resolve) => resolve()) };
}

async function count(followers: readonly Promise<News>[]): Promise<Readonly<Record<News, number>>> {
  const sums = { kept: 0, leads: 0, alone: 0 };
  for (const news of await Promise.all(followers)) sums[news] += 1;
  return sums;
}

describe("requests with the same question", () => {
  it("wait for the one that goes, a thousand at most", async () => {
    const { flights } = open();
    expect(flights.lead("x", "first", 10)).toBe(true);
    const followers = Array.from({ length: 1_001 }, (_, at) => flights.follow("x", `f${at}`, 10));
    flights.kept("x");
    expect(await count(followers)).toEqual({ kept: 1_000, leads: 0, alone: 1 });
    expect(flights.lead("x", "next", 10)).toBe(true);
  });

  it("send one more where the first is late, and go each for itself where that one is late too", async () => {
    const { flights, ring } = open();
    flights.lead("x", "first", 10);
    const followers = ["a", "b", "c"].map((ticket) => flights.follow("x", ticket, 10));
    ring();
    expect(await followers[0]).toBe("leads");
    flights.release("x", "first");
    ring();
    expect(await count(followers)).toEqual({ kept: 0, leads: 1, alone: 2 });
  });

  it("are given what a late one brings all the same", async () => {
    const { flights, ring } = open();
    flights.lead("x", "first", 10);
    const followers = ["a", "b"].map((ticket) => flights.follow("x", ticket, 10));
    ring();
    await followers[0];
    flights.kept("x");
    expect(await count(followers)).toEqual({ kept: 1, leads: 1, alone: 0 });
  });
});
