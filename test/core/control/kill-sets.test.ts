import { expect, it } from "vitest";
import { KILL_KINDS } from "../../../src/core/control/control-state.ts";
import { toKillSets, whyNoKillId } from "../../../src/core/control/kill-sets.ts";
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

it("takes whole names alone: a prefix would never be found", () => {
  expect(whyNoKillId("default/support-eu")).toBeNull();
  for (const id of ["default/support-*", "*"]) expect(whyNoKillId(id)).toContain("Name each model");
});
