import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeJson } from "../judges/index.ts";
import { BACKENDS, PLAIN_BACKENDS } from "./backends.ts";
import type { Caller, SurfaceName } from "./callers/caller.ts";
import { CALLERS, callerOf } from "./callers/index.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { differs, findWrong, nameOf, type Pair, pairsOf } from "./pairs.ts";
import { ask, type Call, type Sent, sendTo } from "./send.ts";
import type { Refusal } from "./wires/wire.ts";

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab(() => ({ objects: routesToEach("to"), gateway: { caps: { chatBody: "64Ki" } } }));
});
afterAll(() => lab.close());

/** How a format words an error: the status, its own type and, where it has one, the code that clients act upon. */
interface Wording {
  readonly status: number;
  readonly type: string;
  readonly code?: string;
}

type Family = "openai" | "anthropic-messages" | "gemini";

function familyOf(name: SurfaceName): Family {
  return name === "anthropic-messages" || name === "gemini" ? name : "openai";
}

/** What each format calls the same thing. */
type Wordings = Readonly<Record<Family, Wording>>;

/** What each format calls one thing: OpenAI's type and code, Anthropic's type, Google's status. */
function wordings(
  status: number,
  {
    anthropic,
    gemini,
    openai: [type, code],
  }: { readonly openai: readonly [string, string] } & Readonly<Record<"anthropic" | "gemini", string>>,
): Wordings {
  return {
    openai: { status, type, code },
    "anthropic-messages": { status, type: anthropic },
    gemini: { status, type: gemini },
  };
}

const INVALID = "invalid_request_error";

/** Everything wrong with an error, in the words of its caller's format. */
function judge(caller: Caller, sent: Sent, wanted: Wordings): readonly string[] {
  const { code, status, type } = wanted[familyOf(caller.name)];
  const body: unknown = JSON.parse(sent.text);
  const heard = caller.readError(body);
  return [
    ...differs("status", sent.status, status),
    ...differs("type", heard.type, type),
    ...(code === undefined ? [] : differs("code", heard.code, code)),
    ...(heard.message === "" ? ["has no message"] : []),
    ...((sent.headers["content-type"] ?? "").startsWith("application/json") ? [] : ["is not JSON"]),
    ...(sent.headers["x-request-id"] === undefined ? ["has no x-request-id"] : []),
    ...(caller.name === "anthropic-messages" ? differs("request-id", sent.headers["request-id"], idIn(body)) : []),
    ...judgeJson({ surface: caller.name, kind: "error", text: sent.text }),
  ];
}

function idIn(body: unknown): unknown {
  return (body as { readonly request_id?: unknown }).request_id; // Anthropic's envelope
}

function authorised(headers: NonNullable<Call["headers"]> = {}): NonNullable<Call["headers"]> {
  return { authorization: `Bearer ${lab.router.key}`, "content-type": "application/json", ...headers };
}

function textOf(caller: Caller, prompt = "hello"): string {
  return JSON.stringify(caller.body({ model: "to-openai-chat", prompt }));
}

function refuse({ backend, caller, stream }: Pair, refusal: Refusal): Promise<Sent> {
  const { marker } = lab.upstream.stage({ [backend]: { kind: "refused", refusal } });
  return ask(lab.router, caller, { model: `to-${backend}`, prompt: marker, stream });
}

describe("what is wrong with the request itself", () => {
  const CASES: readonly (readonly [string, Wordings, (caller: Caller) => Call])[] = [
    [
      "a body that is no JSON",
      wordings(400, { openai: [INVALID, "invalid_json"], anthropic: INVALID, gemini: "INVALID_ARGUMENT" }),
      (caller) => ({ path: caller.path("to-openai-chat", false), body: "{", headers: authorised() }),
    ],
    [
      "a key that is not ours",
      wordings(401, { openai: [INVALID, "invalid_api_key"], anthropic: "authentication_error", gemini: "UNAUTHENTICATED" }),
      (caller) => ({
        path: caller.path("to-openai-chat", false),
        body: textOf(caller),
        headers: authorised({ authorization: "Bearer sk-somebody-elses" }),
      }),
    ],
    [
      "a model that there is not",
      wordings(404, { openai: [INVALID, "model_not_found"], anthropic: "not_found_error", gemini: "NOT_FOUND" }),
      (caller) => ({
        path: caller.path("no-such", false),
        body: JSON.stringify(caller.body({ model: "no-such", prompt: "hello" })),
        headers: authorised(),
      }),
    ],
    [
      "a body that is too large",
      wordings(413, { openai: [INVALID, "body_too_large"], anthropic: "request_too_large", gemini: "INVALID_ARGUMENT" }),
      (caller) => ({
        path: caller.path("to-openai-chat", false),
        body: textOf(caller, "long ".repeat(16_384)),
        headers: authorised(),
      }),
    ],
    [
      "a body of another type",
      wordings(415, { openai: [INVALID, "unsupported_media_type"], anthropic: INVALID, gemini: "INVALID_ARGUMENT" }),
      (caller) => ({
        path: caller.path("to-openai-chat", false),
        body: textOf(caller),
        headers: authorised({ "content-type": "text/plain" }),
      }),
    ],
    [
      "another method",
      wordings(405, { openai: [INVALID, "method_not_allowed"], anthropic: INVALID, gemini: "INVALID_ARGUMENT" }),
      (caller) => ({
        method: "PUT",
        path: caller.path("to-openai-chat", false),
        body: textOf(caller),
        headers: authorised(),
      }),
    ],
  ];

  it.each(CASES)("%s is told in the caller's format", async (_what, wanted, callOf) => {
    const wrong = await findWrong(
      CALLERS,
      ({ name }) => name,
      async (caller) => judge(caller, await sendTo(lab.router, callOf(caller)), wanted),
    );
    expect(wrong).toEqual([]);
  });

  it("a path that there is not is told in the format whose paths it stands among", async () => {
    const wanted = wordings(404, { openai: [INVALID, "not_found"], anthropic: "not_found_error", gemini: "NOT_FOUND" });
    const paths: readonly (readonly [SurfaceName, string, Call["headers"]?])[] = [
      ["openai-chat", "/v1/chat/nothing"],
      ["openai-responses", "/v1/responses/resp_1/cancel"],
      ["openai-completions", "/v1/completions/nothing"],
      ["anthropic-messages", "/v1/messages/batches"],
      ["anthropic-messages", "/v1/complete", { "anthropic-version": "2023-06-01" }],
      ["gemini", "/v1beta/cachedContents"],
      ["gemini", "/v1beta/models/to-openai-chat:nothing"],
    ];
    const wrong = await findWrong(
      paths,
      ([, path]) => path,
      async ([name, path, headers = {}]) =>
        judge(callerOf(name), await sendTo(lab.router, { path, body: "{}", headers: authorised(headers) }), wanted),
    );
    expect(wrong).toEqual([]);
  });
});

describe("what an upstream refuses", () => {
  const REFUSALS: Readonly<Record<Refusal, Wordings>> = {
    // The credential is ours: it is no business of the caller's.
    auth: wordings(502, {
      openai: ["server_error", "upstream_credentials_exhausted"],
      anthropic: "api_error",
      gemini: "INTERNAL",
    }),
    rate_limited: wordings(429, {
      openai: ["rate_limit_error", "rate_limit_exceeded"],
      anthropic: "rate_limit_error",
      gemini: "RESOURCE_EXHAUSTED",
    }),
    overloaded: {
      ...wordings(503, {
        openai: ["server_error", "server_is_overloaded"],
        anthropic: "overloaded_error",
        gemini: "UNAVAILABLE",
      }),
      "anthropic-messages": { status: 529, type: "overloaded_error" },
    },
    context_length: wordings(400, {
      openai: [INVALID, "context_length_exceeded"],
      anthropic: INVALID,
      gemini: "INVALID_ARGUMENT",
    }),
    invalid_request: {
      ...wordings(400, { openai: [INVALID, ""], anthropic: INVALID, gemini: "INVALID_ARGUMENT" }),
      openai: { status: 400, type: INVALID },
    },
    server_error: wordings(502, { openai: ["server_error", "upstream_failed"], anthropic: "api_error", gemini: "INTERNAL" }),
  };

  it.each(Object.entries(REFUSALS))(
    "%s is told in the caller's format, and its SDK is told not to repeat it",
    async (name, wanted) => {
      const refusal = name as Refusal; // exactly the keys above
      const wrong = await findWrong(pairsOf(), nameOf, async (pair) => {
        const sent = await refuse(pair, refusal);
        return [
          ...judge(pair.caller, sent, wanted),
          ...differs("x-should-retry", sent.headers["x-should-retry"], "false"),
          ...(sent.text.includes(BACKENDS[pair.backend].dialect) && refusal === "context_length" ? ["names a dialect"] : []),
        ];
      });
      expect(wrong).toEqual([]);
    },
  );

  it("nothing at all is told as a deadline that has passed", async () => {
    const wanted = wordings(504, {
      openai: ["server_error", "upstream_timeout"],
      anthropic: "timeout_error",
      gemini: "DEADLINE_EXCEEDED",
    });
    const wrong = await findWrong(pairsOf(CALLERS, PLAIN_BACKENDS, [true]), nameOf, async ({ backend, caller }) => {
      const { marker } = lab.upstream.stage({ [backend]: { kind: "stream", events: [], ending: "hang" } });
      const headers = { "x-fairlead-timeout-ms": "200" };
      const sent = await ask(lab.router, caller, { model: `to-${backend}`, prompt: marker, stream: true, headers });
      return judge(caller, sent, wanted);
    });
    expect(wrong).toEqual([]);
  });

  it("a wait that was asked for is passed on, in headers and in Google's details", async () => {
    // Converse has no header for it.
    const backends = PLAIN_BACKENDS.filter((backend) => backend !== "bedrock-converse");
    const wrong = await findWrong(pairsOf(CALLERS, backends), nameOf, async (pair) => {
      const { headers, text } = await refuse(pair, "rate_limited");
      return [
        ...differs("retry-after", headers["retry-after"], "7"),
        ...differs("retry-after-ms", headers["retry-after-ms"], "7000"),
        ...(pair.caller.name === "gemini" && !text.includes('"retryDelay":"7s"') ? ["has no RetryInfo"] : []),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("a conversation that is too long is told in the words that agents cut it at", async () => {
    const wrong = await findWrong(pairsOf(), nameOf, async (pair) => {
      const { text } = await refuse(pair, "context_length");
      const { code, message } = pair.caller.readError(JSON.parse(text));
      switch (pair.caller.name) {
        case "anthropic-messages":
          return message.toLowerCase().startsWith("prompt is too long") ? [] : [`says "${message}"`];
        case "gemini":
          return [];
        default:
          return differs("code", code, "context_length_exceeded");
      }
    });
    expect(wrong).toEqual([]);
  });
});
