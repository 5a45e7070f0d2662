import OpenAI from "openai";
import { ANY_OBJECT, type Ask, type Driver, hear, type Heard, type HeardCall, parseArguments, PROMPT } from "../heard.ts";

type Response = OpenAI.Responses.Response;
type Item = Response["output"][number];

/** openai, `responses`. */
export const openaiResponses: Driver = {
  name: "openai responses",
  surface: "openai-responses",
  ask: (ask) => hear(() => answer(ask)),
};

async function answer({ apiKey, model, origin, stream, tools }: Ask): Promise<Omit<Heard, "error">> {
  const { responses } = new OpenAI({ baseURL: `${origin}/v1`, apiKey, maxRetries: 0, logLevel: "off" });
  const declared = tools.map((name) => ({ type: "function" as const, name, parameters: ANY_OBJECT, strict: false }));
  const params = { model, input: PROMPT, ...(declared.length === 0 ? {} : { tools: declared }) };
  return read(stream ? await responses.stream(params).finalResponse() : await responses.create(params));
}

function read(response: Response): Omit<Heard, "error"> {
  const { output, usage } = response;
  const calls = output.flatMap(readCall);
  return {
    text: output.map(textOf).join(""),
    reasoning: output.map(thoughtsOf).join(""),
    tool_calls: calls,
    finish: finishOf(response, calls.length > 0),
    usage: usage
      ? {
          input_total: usage.input_tokens,
          cache_read: usage.input_tokens_details.cached_tokens,
          output_total: usage.output_tokens,
          reasoning: usage.output_tokens_details.reasoning_tokens,
        }
      : null,
  };
}

/** A response that failed is an answer to the SDK: whoever looks at its status finds the error. */
function finishOf({ error, incomplete_details, status }: Response, hasCalls: boolean): string {
  if (status === "failed") throw new Error(`response.failed: ${error?.code ?? ""} ${error?.message ?? ""}`);
  if (status === "incomplete") return incomplete_details?.reason === "content_filter" ? "content_filter" : "length";
  if (status !== "completed") throw new Error(`the response is ${status ?? "without a status"}`);
  return hasCalls ? "tool_calls" : "stop";
}

function textOf(item: Item): string {
  if (item.type !== "message") return "";
  return item.content.map((part) => (part.type === "output_text" ? part.text : part.refusal)).join("");
}

function thoughtsOf(item: Item): string {
  if (item.type !== "reasoning") return "";
  return [...item.summary, ...(item.content ?? [])].map(({ text }) => text).join("");
}

function readCall(item: Item): readonly HeardCall[] {
  if (item.type === "custom_tool_call") return [{ name: item.name, arguments: { __custom_input__: item.input } }];
  return item.type === "function_call" ? [{ name: item.name, arguments: parseArguments(item.arguments) }] : [];
}
