import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IS_FULL } from "../faults/lab.ts";
import { declareBackend } from "./backends.ts";
import { callerOf, CHAT_CALLERS } from "./callers/index.ts";
import { type FailoverReport, runCrossingFailover } from "./failover.ts";
import { type CrossingLab, route, startCrossingLab } from "./lab.ts";
import { hear } from "./send.ts";
import { PLAIN } from "./told.ts";
import { readToolHistory } from "./wires/tool-history.ts";

describe("a conversation in which another family stands in for one turn", () => {
  let report: FailoverReport;
  beforeAll(async () => {
    report = await runCrossingFailover({ full: IS_FULL });
    console.log(`${report.conversations} conversations of three turns`);
  });

  it("shows no seal to the family that stands in, and calls and results that it takes", () => {
    expect(report.foreignFindings).toEqual([]);
  });

  it("goes back to the first family with its own seals as it gave them, and nobody else's", () => {
    expect(report.homeFindings).toEqual([]);
  });

  it("is heard by the caller as it was told, whoever told it", () => {
    expect(report.callerFindings).toEqual([]);
  });
});

describe("a backend that takes call ids of nine characters alone", () => {
  let lab: CrossingLab;
  beforeAll(async () => {
    lab = await startCrossingLab((upstreamUrl) => {
      const { object, variable } = declareBackend("openai-chat", upstreamUrl, { as: "strict", endpoint: { callIds: "Alnum9" } });
      const targets = ["anthropic-messages", { provider: "strict", model: "up-strict" }] as const;
      return { objects: [object, route("home-or-strict", targets)], variables: [variable] };
    });
  });
  afterAll(() => lab.close());

  it.each(CHAT_CALLERS)(
    "gets a call of another family under such an id, the same for call and result, from a caller of $name",
    async ({ name }) => {
      const caller = callerOf(name);
      const calls = [{ id: "toolu_01A", name: "look_up", arguments: '{"n":1}' }];
      const scene = lab.upstream.stage({
        "anthropic-messages": [
          { kind: "told", told: { ...PLAIN, calls } },
          { kind: "refused", refusal: "overloaded" },
        ],
      });
      const asked = { model: "home-or-strict", tools: [{ name: "look_up", schema: { type: "object", properties: {} } }] };
      const first = await hear(lab.router, caller, { ...asked, prompt: scene.marker });
      const results = first.calls.map((call) => ({ ...call, output: "found" }));
      const history = [{ prompt: scene.marker, answer: first.answer, results }];
      const second = await hear(lab.router, caller, { ...asked, prompt: "go on", history });
      expect(second.text).toBe(PLAIN.text);
      const sent = scene.received.at(-1);
      expect(sent?.backend).toBe("openai-chat");
      expect(readToolHistory("openai-chat", sent?.body)).toEqual({
        problems: [],
        pairs: [{ name: "look_up", output: '"found"' }],
      });
      expect(sent?.text).toMatch(/"tool_call_id":"[A-Za-z0-9]{9}"/);
    },
  );
});
