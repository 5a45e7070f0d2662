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

const stateOf = ({ sent }: Awaited<ReturnType<typeof hear>>): string | undefined => sent.headers["x-fairlead-cache"];

/** The Messages API wants a limit, which is part of what is asked; completions are equal where their bytes are. */
const STATES = {
  "openai-chat": ["miss", "hit-exact"],
  "openai-responses": ["hit-exact", "hit-exact"],
  "anthropic-messages": ["miss", "hit-exact"],
  gemini: ["hit-exact", "hit-exact"],
  "openai-completions": ["miss", "bypass"],
};

it("an answer that crossed is given again to the same question, as JSON and as a stream, to callers of every format", async () => {
  const scene = lab.upstream.stage();
  const states: Record<string, readonly (string | undefined)[]> = {};
  for (const caller of CALLERS) {
    const ask = { model: "to-anthropic-messages", prompt: `hello ${scene.marker}` };
    const answers = [await hear(lab.router, caller, ask), await hear(lab.router, caller, { ...ask, stream: true })];
    states[caller.name] = answers.map(stateOf);
    expect(
      answers.map(({ text }) => text),
      caller.name,
    ).toEqual([TEXT, TEXT]);
  }
  expect(states).toEqual(STATES);
  expect(scene.received).toHaveLength(4);
});

it("a request that turns another feature on is another request", async () => {
  const scene = lab.upstream.stage();
  const states = [];
  for (const beta of ["one-2026-01-01", "two-2026-01-01", "one-2026-01-01"]) {
    const ask = { model: "to-anthropic-messages", prompt: scene.marker, headers: { "anthropic-beta": beta } };
    states.push(stateOf(await hear(lab.router, callerOf("anthropic-messages"), ask)));
  }
  expect(states).toEqual(["miss", "miss", "hit-exact"]);
  expect(scene.received.map(({ headers }) => headers["anthropic-beta"])).toEqual(["one-2026-01-01", "two-2026-01-01"]);
});
