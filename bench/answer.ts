import { z } from "zod";
import type { BenchRequest } from "./requests.ts";

const choiceSchema = z.looseObject({
  message: z.looseObject({ content: z.string() }).nullish(),
  delta: z.looseObject({ content: z.string().nullish() }).nullish(),
  finish_reason: z.string().nullish(),
});
const bodySchema = z.looseObject({
  choices: z.array(choiceSchema),
  usage: z.looseObject({ total_tokens: z.number() }).nullish(),
});

/** What must be the same through every subject. */
export interface Answer {
  readonly content: string;
  readonly finish: string;
  /** Of a JSON answer; a stream has usage only where it was asked for. */
  readonly totalTokens: number | undefined;
}

export interface AnswerSource {
  readonly url: string;
  headersFor(upstreamModel: string): Readonly<Record<string, string>>;
  modelFor(upstreamModel: string): string;
}

/** Sends the request once and reads the whole answer. @throws Error on anything but a complete 200 */
export async function readAnswer(source: AnswerSource, request: BenchRequest): Promise<Answer> {
  const response = await fetch(source.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...source.headersFor(request.upstreamModel) },
    body: request.body(source.modelFor(request.upstreamModel)),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${request.name} was answered ${response.status}: ${text.slice(0, 300)}`);
  return request.stream ? decodeStream(text) : decodeWhole(text);
}

/** Compares an answer with the one the stub gives when asked directly. @throws Error where they differ */
export function refuseDifference(seen: Answer, expected: Answer, request: BenchRequest): void {
  if (seen.content !== expected.content) {
    throw new Error(
      `${request.name}: ${seen.content.length} characters of content came, not the ${expected.content.length} that the upstream sent.`,
    );
  }
  if (seen.finish !== expected.finish)
    throw new Error(`${request.name}: finish reason ${seen.finish} instead of ${expected.finish}.`);
  if (seen.totalTokens !== expected.totalTokens) throw new Error(`${request.name}: usage was lost or changed.`);
}

function decodeWhole(text: string): Answer {
  const body = bodySchema.parse(JSON.parse(text));
  const choice = body.choices[0];
  return { content: choice?.message?.content ?? "", finish: choice?.finish_reason ?? "", totalTokens: body.usage?.total_tokens };
}

const messagesEventSchema = z.looseObject({
  type: z.string(),
  delta: z.looseObject({ text: z.string().nullish(), stop_reason: z.string().nullish() }).nullish(),
});

/** Anthropic's events, from the stub itself and from whoever passes them as they are. */
function decodeMessagesStream(data: readonly string[]): Answer {
  const events = data.map((event) => messagesEventSchema.parse(JSON.parse(event)));
  if (events.at(-1)?.type !== "message_stop") throw new Error("The stream does not end with message_stop.");
  const reason = events.map(({ delta }) => delta?.stop_reason ?? "").join("");
  return {
    content: events.map(({ delta }) => delta?.text ?? "").join(""),
    finish: reason === "end_turn" ? "stop" : reason,
    totalTokens: undefined,
  };
}

function decodeStream(text: string): Answer {
  const data = text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice("data: ".length));
  const [first = ""] = data;
  if (first.includes('"message_start"')) return decodeMessagesStream(data);
  if (data.at(-1) !== "[DONE]") throw new Error(`The stream has no terminator; it ends with ${JSON.stringify(text.slice(-120))}`);
  const choices = data.slice(0, -1).flatMap((event) => bodySchema.parse(JSON.parse(event)).choices);
  return {
    content: choices.map((choice) => choice.delta?.content ?? "").join(""),
    finish: choices.map((choice) => choice.finish_reason ?? "").join(""),
    totalTokens: undefined,
  };
}
