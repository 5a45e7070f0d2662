import { expect, it } from "vitest";
import { situationSchema } from "../../../src/cli/decision/situation-file.ts";
import { createMemoryHealth } from "../../../src/adapters/memory/health.ts";
import { Hub } from "../../../src/core/health/hub.ts";
import { IsolateHealth } from "../../../src/core/health/isolate-health.ts";

const START = 1_800_000_000_000;
const TARGET = "default/openai/gpt-4o";

it("a state is what the router says of its health, also of what it heard from others", () => {
  const hub = new Hub(START);
  const [asking, other] = [new IsolateHealth("asking", START), new IsolateHealth("other", START)];
  const [seen, unseen] = [createMemoryHealth(asking), createMemoryHealth(other)];
  let now = START;
  for (let second = 0; second < 60; second += 1) {
    now += 1_000;
    for (const [isolate, health] of [[asking, seen] as const, [other, unseen] as const]) {
      const attempt = health.begin(TARGET, "default/openai#main", now);
      attempt.content(now + 120);
      attempt.end({ kind: "ok", outputTokens: 40, durationMs: 900 }, now + 900, 0.5);
      const report = isolate.report(now + 900);
      if (report === null) continue;
      hub.absorb(report, now + 900, 0.5);
      isolate.accept(hub.answer(report.isolateId, now + 900), now + 910);
    }
  }
  const snapshot = JSON.parse(JSON.stringify(asking.snapshot(now + 1_000)));
  expect(snapshot.targets[TARGET].fleet).toMatchObject({ p50Ms: expect.any(Number) });
  expect(() => situationSchema.parse(snapshot)).not.toThrow();
});
