import { expect, it } from "vitest";
import { runRollout } from "../../src/cli/rollout.ts";
import { createWorkplace } from "./temporary-policies.ts";

it.each([
  ["promote policies", "'rollout promote' does not take 'policies'."],
  ["rollback policies", "'rollout rollback' does not take 'policies'."],
  ["status policies", "'rollout status' does not take 'policies'."],
  ["start policies more", "'rollout start' does not take 'more'."],
  ["share 10% 20%", "'rollout share' does not take '20%'."],
  ["share", "A share is a percentage such as 10%, not ''."],
  ["begin", "One of start, share, promote, rollback, status is wanted."],
])("refuses words that an action has no use for, before it asks anybody: %s", async (line, message) => {
  const { err, io, out } = await createWorkplace();
  expect(await runRollout(line.split(" "), io)).toBe(2);
  expect(err[0]).toMatch(message);
  expect(err[0]).toContain("Usage:\nfairlead rollout start [DIR]");
  expect(out).toEqual([]);
});

it.each(["promote", "rollback", "status", "start", "share 50%"])("takes the words that an action has: %s", async (line) => {
  const { err, io } = await createWorkplace();
  // Nobody listens there: the command line was understood.
  expect(await runRollout([...line.split(" "), "--url", "http://127.0.0.1:9", "--admin-key", "k"], io)).toBe(1);
  expect(err.join("\n")).not.toContain("Usage:");
});
