import { APIError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MID_STREAM_FAULTS } from "./mid-stream-faults.ts";
import { type SdkRig, startSdkRig, UPSTREAM_SECRET } from "./start-sdk-rig.ts";

const request = { model: "wild", messages: [{ role: "user" as const, content: "Where is the harbour?" }] };
let rig: SdkRig;

beforeAll(async () => {
  rig = await startSdkRig();
});
afterAll(() => rig.close());

describe("a stream that fails after content has come", () => {
  it.each(MID_STREAM_FAULTS)("raises in plain iteration when $what (fault $fault)", async ({ behave, ownWords }) => {
    rig.script(behave);
    let text = "";
    const iterate = async (): Promise<void> => {
      for await (const chunk of await rig.openai.chat.completions.create({ ...request, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? "";
      }
    };
    const error = await iterate().then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(text).toContain("Answer from chaos.");
    expect(error).toBeInstanceOf(Error);
    if (ownWords) expect(error).toSatisfy((cause) => cause instanceof APIError && /interrupted/.test(cause.message));
    expect(String(error)).not.toContain(UPSTREAM_SECRET);
    expect(rig.attempts()).toHaveLength(1);
  });

  it.each(MID_STREAM_FAULTS)("rejects in the stream helper when $what (fault $fault)", async ({ behave }) => {
    rig.script(behave);
    const stream = rig.openai.chat.completions.stream(request);
    let text = "";
    stream.on("content", (delta) => (text += delta));
    await expect(stream.finalChatCompletion()).rejects.toThrow(Error);
    expect(text).toContain("Answer from chaos.");
    expect(stream.errored).toBe(true);
  });
});
