import { expect, it } from "vitest";
import { Patience } from "../../src/pipeline/patience.ts";

/** A clock whose timers are late by so much, the first ones first. */
function clockWith(...lateMs: readonly number[]) {
  let now = 1_000_000;
  const late = [...lateMs];
  return {
    now: () => now,
    sleep: async (ms: number): Promise<void> => {
      await Promise.resolve();
      now += ms + (late.shift() ?? 0);
    },
  };
}

const never = new Promise<string>(() => undefined);

/** One that usually takes a millisecond. */
function quick(now: number): Patience {
  const patience = new Patience();
  patience.note(1, now);
  return patience;
}

it("gives up after its time", async () => {
  const clock = clockWith();
  const began = clock.now();
  expect(await quick(began).within(never, clock)).toBeNull();
  expect(clock.now() - began).toBe(150);
});

it("hears what came while the isolate was busy before it gives up", async () => {
  const clock = clockWith(300);
  const began = clock.now();
  const answer = Promise.withResolvers<string>();
  let sleeps = 0;
  const sleep = (ms: number): Promise<void> => {
    sleeps += 1;
    if (sleeps === 2) answer.resolve("granted");
    return clock.sleep(ms);
  };
  const heard = quick(began).within(answer.promise, { ...clock, sleep });
  expect(await heard).toBe("granted");
});

it("waits no longer than a second, however busy it is", async () => {
  const clock = clockWith(400, 400, 400, 400);
  const began = clock.now();
  expect(await quick(began).within(never, clock)).toBeNull();
  expect(clock.now() - began).toBeLessThan(1_500);
});
