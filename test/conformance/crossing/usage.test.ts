import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IS_FULL } from "../faults/lab.ts";
import { BACKEND_NAMES, wireOf } from "./backends.ts";
import { readBooked } from "./booked.ts";
import { callerOf } from "./callers/index.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { differs, findWrong } from "./pairs.ts";
import { ask } from "./send.ts";
import { USAGE } from "./told.ts";
import { runCrossingUsage, type UsageReport } from "./usage.ts";

describe("the usage of an answer, from every backend to every caller", () => {
  let report: UsageReport;
  beforeAll(async () => {
    report = await runCrossingUsage({ full: IS_FULL });
    console.log(`${report.answers} answers`);
  });

  it("is booked as the upstream told it, cached and thinking tokens included", () => {
    expect(report.bookedFindings).toEqual([]);
  });

  it("is told to the caller the same, in its own convention", () => {
    expect(report.toldFindings).toEqual([]);
  });
});

describe("a caller who does not ask for the usage of a stream", () => {
  let lab: CrossingLab;
  beforeAll(async () => {
    lab = await startCrossingLab(() => ({ objects: routesToEach("to") }));
  });
  afterAll(() => lab.close());

  it("is booked with it all the same", async () => {
    const wrong = await findWrong(BACKEND_NAMES, String, async (backend) => {
      const { marker } = lab.upstream.stage();
      const fields = { stream: true };
      const sent = await ask(lab.router, callerOf("openai-chat"), { model: `to-${backend}`, prompt: marker, fields });
      const id = sent.headers["x-fairlead-request-id"] ?? "";
      const booked = await readBooked(lab.router, [id]);
      return differs("booked", booked.get(id)?.usage, wireOf(backend).reports(USAGE));
    });
    expect(wrong).toEqual([]);
  });
});
