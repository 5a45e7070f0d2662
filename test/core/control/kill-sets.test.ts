import { expect, it } from "vitest";
import { KILL_KINDS } from "../../../src/core/control/control-state.ts";
import { toKillSets } from "../../../src/core/control/kill-sets.ts";
import { NO_KILLS } from "../../../src/core/routing/target-view.ts";

it("has one set for each kind, so that a name of one kind switches off nothing of another", () => {
  const kills = KILL_KINDS.map((kind) => ({ kind, id: `default/${kind}`, reason: "", at: 1 }));
  expect(toKillSets(kills)).toEqual({
    targets: new Set(["default/target"]),
    models: new Set(["default/model"]),
    credentials: new Set(["default/credential"]),
    callers: new Set(["default/caller"]),
  });
});

it("is the shared empty one where nothing was switched off", () => {
  expect(toKillSets([])).toBe(NO_KILLS);
});
