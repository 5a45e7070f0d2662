import { createSimulator } from "../../../src/adapters/simulator/simulator.ts";

/** Parts of a completion or chunk that tests look at. */
export interface Completion {
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number } | null;
}

export interface Choice {
  readonly index: number;
  readonly message: Message;
  readonly delta: Message;
  readonly finish_reason: string | null;
}

interface Message {
  readonly role?: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly index?: number;
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

const NEVER = new AbortController().signal;
const simulator = createSimulator();

export const question = [{ role: "user", content: "What is the weather in Paris?" }];

/** Sends a chat completion request; the messages are one short question unless given. */
export function askChat(body: Readonly<Record<string, unknown>>, signal: AbortSignal = NEVER): Promise<Response> {
  return ask("/v1/chat/completions", JSON.stringify({ messages: question, ...body }), signal);
}

export function askEmbeddings(body: Readonly<Record<string, unknown>>): Promise<Response> {
  return ask("/v1/embeddings", JSON.stringify(body));
}

export function ask(path: string, body: string, signal: AbortSignal = NEVER): Promise<Response> {
  return simulator.send({ transport: "simulator", url: `http://simulator.invalid${path}`, headers: {}, body, signal });
}

/** The only choice of a JSON completion. */
export async function choiceOf(response: Response): Promise<Choice> {
  const { choices }: Completion = JSON.parse(await response.text());
  const [choice] = choices;
  if (choice === undefined || choices.length !== 1) throw new Error(`Expected one choice, got ${choices.length}.`);
  return choice;
}

/** The chunks of an event stream, without its terminator. */
export function chunksOf(stream: string): readonly Completion[] {
  return stream
    .split("\n\n")
    .filter((event) => event !== "" && event !== "data: [DONE]")
    .map((event) => JSON.parse(event.replace(/^data: /, "")));
}

/** What the deltas of one choice add up to. */
export function joinText(chunks: readonly Completion[], index: number = 0): string {
  return chunks
    .flatMap(({ choices }) => choices.filter((choice) => choice.index === index).map(({ delta }) => delta.content ?? ""))
    .join("");
}

/** Everything that arrived until the body ended or broke, read by read. */
export async function readAll(response: Response): Promise<{ readonly reads: readonly string[]; readonly error: unknown }> {
  const reads: string[] = [];
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) reads.push(decoder.decode(chunk, { stream: true }));
    return { reads, error: null };
  } catch (error) {
    return { reads, error };
  }
}
