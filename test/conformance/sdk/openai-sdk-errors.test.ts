import OpenAI, {
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../faults/lab.ts";
import { type SdkRig, startSdkRig, UPSTREAM_SECRET } from "./start-sdk-rig.ts";

const messages = [{ role: "user" as const, content: "Where is the harbour?" }];
let rig: SdkRig;

beforeAll(async () => {
  rig = await startSdkRig({ caps: { liveStreams: 1 } });
});
beforeEach(() => rig.script());
afterAll(() => rig.close());

/** The error that a call ends with. @throws Error when it ends without one */
async function errorOf(call: PromiseLike<unknown>): Promise<unknown> {
  const error = await Promise.resolve(call).then(
    () => null,
    (cause: unknown) => cause,
  );
  if (error === null) throw new Error("The call succeeded.");
  return error;
}

const ask = (model: string, rest: object = {}): PromiseLike<unknown> =>
  rig.openai.chat.completions.create({ model, messages, ...rest });

describe("what the caller did wrong, as the openai SDK raises it", () => {
  it("is an AuthenticationError for a key that is not valid", async () => {
    const stranger = new OpenAI({ baseURL: rig.openai.baseURL, apiKey: "sk-not-a-key-of-ours" });
    const error = await errorOf(stranger.models.list());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: "invalid_api_key", type: "invalid_request_error", param: null });
  });

  it("is a NotFoundError for a model the key may not use", async () => {
    const calls = [
      () => ask("no-such-model"),
      () => ask("no-such-model", { stream: true }),
      () => rig.openai.models.retrieve("no-such-model"),
    ];
    for (const call of calls) {
      const error = await errorOf(call());
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ status: 404, code: "model_not_found", param: "model" });
    }
  });

  it("is a BadRequestError that names the field", async () => {
    const error = await errorOf(ask("sim-small", { temperature: 7 }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, param: "temperature", code: "invalid_value" });
    expect(await errorOf(ask("sim-small", { messages: [] }))).toMatchObject({ status: 400, param: "messages" });
  });

  it("is a BadRequestError with the code of a provider that refused the request", async () => {
    const error = await errorOf(ask("sim-context"));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: "context_length_exceeded" });
  });
});

describe("what went wrong upstream, as the openai SDK raises it", () => {
  it.each([
    { behave: "F09", status: 502 },
    { behave: "F10@status=503", status: 503 },
    { behave: "F12", status: 503 },
    { behave: "F02", status: 502 },
    { behave: "F15", status: 502 },
    { behave: "F13@status=401", status: 502 },
    { behave: "F13@status=403", status: 502 },
    { behave: "F11@form=0@seconds=2", status: 429 },
    { behave: "F05", status: 504 },
  ])("is a $status for $behave, raised after one attempt of the SDK", async ({ behave, status }) => {
    const type = status === 429 ? RateLimitError : InternalServerError;
    for (const stream of [false, true]) {
      rig.script(behave, behave, behave);
      const error = await errorOf(ask("wild", { stream }));
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ status });
      expect(String(error)).not.toContain(UPSTREAM_SECRET);
      expect(rig.attempts()).toHaveLength(1);
    }
  });

  it("tells a caller who has spent a rate limit when to come back", async () => {
    rig.script("F11@form=0@seconds=2");
    const error = await errorOf(ask("wild"));
    expect(error).toSatisfy((cause) => cause instanceof RateLimitError && cause.headers.get("retry-after") === "2");
    expect(error).toSatisfy((cause) => cause instanceof RateLimitError && cause.headers.get("x-should-retry") === "false");
  });

  it("is a RateLimitError with insufficient_quota when the account is empty", async () => {
    expect(await errorOf(ask("sim-quota"))).toSatisfy(
      (cause) => cause instanceof RateLimitError && cause.code === "insufficient_quota",
    );
  });

  it("never reaches a caller whose router may wait as long as the upstream asks", async () => {
    rig.script("F11@form=0@seconds=1", "ok");
    const startedAt = Date.now();
    const answer = await rig.openai.chat.completions.create({ model: "patient", messages });
    expect(answer.choices[0]?.message.content).toContain("Answer from chaos.");
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(rig.attempts()).toHaveLength(2);
  });

  it("ends at the deadline the caller asked for", async () => {
    rig.script("F05");
    const call = rig.openai.chat.completions.create({ model: "wild", messages }, { headers: { "x-fairlead-timeout-ms": "300" } });
    expect(await errorOf(call)).toMatchObject({ status: 504 });
  });
});

describe("a router that carries as many streams as it can", () => {
  it("turns one away with a time at which the SDK's own retry succeeds", async () => {
    rig.script("ok@interval=50", "ok@interval=5");
    const first = await rig.openai.chat.completions.create({ model: "wild", messages, stream: true });
    const startedAt = Date.now();
    const second = rig.openai.chat.completions.stream({ model: "wild", messages });
    const texts = await Promise.all([collect(first), second.finalContent()]);
    expect(texts[1]).toBe(texts[0]);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    // The stream turned away never reached the upstream.
    expect(rig.attempts()).toHaveLength(2);
  });
});

describe("a caller who aborts", () => {
  it("in mid-stream ends the upstream call and nothing else", async () => {
    rig.script("ok@events=400@interval=25");
    const controller = new AbortController();
    let chunks = 0;
    const stream = await rig.openai.chat.completions.create(
      { model: "wild", messages, stream: true },
      { signal: controller.signal },
    );
    for await (const chunk of stream) {
      chunks += chunk.choices.length;
      if (chunks === 5) controller.abort();
    }
    expect(chunks).toBeLessThan(10);
    expect(await eventually(() => rig.upstream.live() === 0, 5_000)).toBe(true);
    expect(rig.attempts()).toMatchObject([{ closed: "client-left" }]);
    expect(await rig.openai.chat.completions.create({ model: "sim-small", messages })).toMatchObject({
      object: "chat.completion",
    });
  });

  it("in mid-stream gets an APIUserAbortError from the stream helper", async () => {
    rig.script("ok@events=400@interval=25");
    const stream = rig.openai.chat.completions.stream({ model: "wild", messages });
    stream.once("content", () => stream.abort());
    expect(await errorOf(stream.finalChatCompletion())).toBeInstanceOf(APIUserAbortError);
    expect(await eventually(() => rig.upstream.live() === 0, 5_000)).toBe(true);
  });

  it.each([false, true])(
    "before the answer leaves no upstream call behind for longer than its limit (stream: %s)",
    async (stream) => {
      rig.script("F05");
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      const call = rig.openai.chat.completions.create({ model: "wild", messages, stream }, { signal: controller.signal });
      expect(await errorOf(call)).toBeInstanceOf(APIUserAbortError);
      expect(await eventually(() => rig.attempts().length === 1 && rig.upstream.live() === 0, 10_000)).toBe(true);
    },
  );
});

async function collect(stream: AsyncIterable<OpenAI.Chat.ChatCompletionChunk>): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}
