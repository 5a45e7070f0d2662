import { describe, expect, it } from "vitest";
import { askChat } from "./ask.ts";
import { simulatorRig } from "./simulator-rig.ts";
import { upstreamContract } from "../../ports/upstream.contract.ts";

describe("simulator in workerd", () => {
  upstreamContract(simulatorRig);

  it("can be read by BYOB to the first content, then piped and teed as the native stream shape does", async () => {
    for (const model of ["sim-small", "sim-pace-1"]) {
      const { first, response, piped } = await passThrough(await askChat({ model, stream: true }));
      const [text, metered] = await Promise.all(response.map((branch) => new Response(branch).text()));
      await piped;
      expect(metered).toBe(text);
      expect(first + text).toBe(await (await askChat({ model, stream: true })).text());
    }
  });

  it("breaks the pipe of a cut stream", async () => {
    const { response, piped } = await passThrough(await askChat({ model: "sim-cut", stream: true }));
    const reads = Promise.allSettled(response.map((branch) => new Response(branch).text()));
    await expect(piped).rejects.toThrow("Network connection lost.");
    for (const branch of response) await branch.cancel().catch(() => {});
    await reads;
  });
});

interface Passed {
  readonly first: string;
  readonly response: readonly ReadableStream<Uint8Array>[];
  readonly piped: Promise<void>;
}

async function passThrough(upstream: Response): Promise<Passed> {
  if (upstream.body === null) throw new Error("The simulator gave no body.");
  const reader = upstream.body.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(65_536));
  reader.releaseLock();
  const { readable, writable } = new IdentityTransformStream();
  const piped = upstream.body.pipeTo(writable);
  piped.catch(() => {});
  return { first: new TextDecoder().decode(value), response: readable.tee(), piped };
}
