import { afterAll, beforeAll, expect, it } from "vitest";
import { callerOf, CALLERS } from "./callers/index.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { hear } from "./send.ts";
import { TEXT } from "./told.ts";

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab(() => ({ objects: routesToEach("to", { cache: { exact: { ttl: "60s" } } }) }));
});
afterAll(() => lab.close());

it("an answer that crossed is given again to the same request, and to no caller of another format", async () => {
  const scene = lab.upstream.stage();
  for (const [asked, caller] of CALLERS.entries()) {
    const ask = { model: "to-anthropic-messages", prompt: `hello ${scene.marker}` };
    const answers = [await hear(lab.router, caller, ask), await hear(lab.router, caller, ask)];
    expect(
      answers.map(({ sent }) => sent.headers["x-fairlead-cache"]),
      caller.name,
    ).toEqual(["miss", "hit-exact"]);
    expect(
      answers.map(({ text }) => text),
      caller.name,
    ).toEqual([TEXT, TEXT]);
    expect(scene.received).toHaveLength(asked + 1);
  }
});

it("a request that turns another feature on is another request", async () => {
  const scene = lab.upstream.stage();
  const states = [];
  for (const beta of ["one-2026-01-01", "two-2026-01-01", "one-2026-01-01"]) {
    const ask = { model: "to-anthropic-messages", prompt: scene.marker, headers: { "anthropic-beta": beta } };
    states.push((await hear(lab.router, callerOf("anthropic-messages"), ask)).sent.headers["x-fairlead-cache"]);
  }
  expect(states).toEqual(["miss", "miss", "hit-exact"]);
  expect(scene.received.map(({ headers }) => headers["anthropic-beta"])).toEqual(["one-2026-01-01", "two-2026-01-01"]);
});
