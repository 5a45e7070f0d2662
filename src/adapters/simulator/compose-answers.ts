import type { AnswerBehaviour } from "./behaviour.ts";
import { type ChatRequest, countTokens, cutToTokens } from "./chat-request.ts";
import { valueOfSchema } from "./schema-value.ts";
import { choose, toHex } from "./seed.ts";

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** One choice of a completion, whole. Either the text or the calls are empty. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly finish: "stop" | "length" | "tool_calls" | "content_filter";
}

const ECHO_CHARACTERS = 60;
const LONG_TEXT = [
  "Nothing left this Worker: no provider was asked, nothing was billed and nobody trained on your question.",
  "The same request always gets the same answer, so you can write tests against it and diff what your gateway did to it.",
  "Authentication, routing, failover, streaming, caching and usage accounting all ran as they would with a real model behind them.",
  "When you are ready, set a provider's credential in the environment and point a target at one of its models.",
  "Until then you can rehearse failures by asking for models such as sim-status-503, sim-stall or sim-cut.",
].join(" ");

/** The request's answers, one per choice; the same seed gives the same answers. */
export function composeAnswers(request: ChatRequest, behaviour: AnswerBehaviour, seed: number): readonly Answer[] {
  return Array.from({ length: request.answers }, (_, index) => composeAnswer(request, behaviour, seed + index));
}

/** Completion tokens by the simulator's rule: the text, or names and arguments of the calls. */
export function countAnswerTokens(answers: readonly Answer[]): number {
  return answers.reduce((sum, answer) => sum + countTokens(answer.text) + sumOf(answer.calls, callTokens), 0);
}

function composeAnswer(request: ChatRequest, behaviour: AnswerBehaviour, seed: number): Answer {
  if (behaviour.shape === "empty") return { text: "", calls: [], finish: "stop" };
  if (behaviour.shape === "filtered") return { text: "", calls: [], finish: "content_filter" };
  if (request.calls.length > 0) return { text: "", calls: composeCalls(request, seed), finish: "tool_calls" };
  const text =
    request.schema === null ? composeProse(request, behaviour, seed) : JSON.stringify(valueOfSchema(request.schema, seed));
  if (countTokens(text) <= request.maxTokens) return { text, calls: [], finish: "stop" };
  return { text: cutToTokens(text, request.maxTokens), calls: [], finish: "length" };
}

function composeCalls(request: ChatRequest, seed: number): readonly ToolCall[] {
  return request.calls.map((tool, index) => ({
    id: `call_sim${toHex(seed)}${index}`,
    name: tool.name,
    arguments: JSON.stringify(valueOfSchema(tool.parameters, seed + index)),
  }));
}

function composeProse(request: ChatRequest, behaviour: AnswerBehaviour, seed: number): string {
  const greeting = choose(seed, "Hello", "Hi there", "Good to hear from you", "Greetings");
  const heard =
    request.toolText === null ? `You said: "${startOf(request.userText)}"` : `Your tool answered: "${startOf(request.toolText)}"`;
  const short = `${greeting}, this is Fairlead's simulator (${request.model}), not a real model. ${heard}.`;
  return behaviour.length === "long" ? `${short} ${LONG_TEXT}` : short;
}

/** The text's beginning on one line. */
function startOf(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= ECHO_CHARACTERS) return line;
  const cut = line.slice(0, ECHO_CHARACTERS);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

function callTokens(call: ToolCall): number {
  return countTokens(call.name + call.arguments);
}

function sumOf<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((sum, item) => sum + measure(item), 0);
}
