import OpenAI from "openai";
import { ANY_OBJECT, type Ask, PROMPT } from "../heard.ts";
import { MORE, resultFor, type Talker } from "./talker.ts";

type Input = OpenAI.Responses.ResponseInput;
type Output = OpenAI.Responses.Response["output"];

/** openai, `responses`, keeping nothing at the provider: the items of the answer are appended as they are. */
export const openaiResponsesTalker: Talker = {
  name: "openai responses",
  surface: "openai-responses",
  keeps: "all",
  talk: async (ask, next) => {
    const question: Input = [{ role: "user", content: PROMPT }];
    const output = await say(ask, question);
    const calls = output.flatMap((item) => (item.type === "function_call" ? [item] : []));
    const results = calls.map(({ call_id }, call): Input[number] => ({
      type: "function_call_output",
      call_id,
      output: resultFor(next, call),
    }));
    const more: Input = results.length > 0 ? results : [{ role: "user", content: MORE }];
    await say({ ...ask, model: next.model }, [...question, ...(output as Input), ...more]); // as the SDK's own examples do
  },
};

async function say({ apiKey, model, origin, stream, tools }: Ask, input: Input): Promise<Output> {
  const { responses } = new OpenAI({ baseURL: `${origin}/v1`, apiKey, maxRetries: 0, logLevel: "off" });
  const declared = tools.map((name) => ({ type: "function" as const, name, parameters: ANY_OBJECT, strict: false }));
  const params = {
    model,
    input,
    store: false,
    include: ["reasoning.encrypted_content" as const],
    ...(declared.length === 0 ? {} : { tools: declared }),
  };
  const response = stream ? await responses.stream(params).finalResponse() : await responses.create(params);
  if (response.status === "failed") throw new Error(response.error?.message ?? "failed");
  return response.output;
}
