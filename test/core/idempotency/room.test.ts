import { expect, it } from "vitest";
import { Room } from "../../../src/core/idempotency/room.ts";

it("has room for so many bytes, again when they are given back", () => {
  const room = new Room(10);
  expect([room.tryTake(6), room.tryTake(5), room.tryTake(4), room.tryTake(1)]).toEqual([true, false, true, false]);
  room.giveBack(6);
  expect([room.tryTake(7), room.tryTake(6)]).toEqual([false, true]);
});
