import type { ChatSurface } from "./form-of.ts";

type Asking = readonly [surface: ChatSurface, body: object];

const QUESTION = "Is it open today?";
const SCHEMA = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const TOOL = { name: "f", description: "d" };
const PICTURE = "https://example.com/a.png";

function chat(members: object): Asking {
  return ["openai-chat", { model: "m", max_tokens: 9, messages: [{ role: "user", content: QUESTION }], ...members }];
}

function responses(members: object): Asking {
  return ["openai-responses", { model: "m", max_output_tokens: 9, input: QUESTION, ...members }];
}

function messages(members: object): Asking {
  return ["anthropic-messages", { model: "m", max_tokens: 9, messages: [{ role: "user", content: QUESTION }], ...members }];
}

function gemini(generation: object, members: object = {}): Asking {
  const generationConfig = { maxOutputTokens: 9, ...generation };
  return ["gemini", { contents: [{ parts: [{ text: QUESTION }] }], generationConfig, ...members }];
}

/** What some surfaces can say, each in its own words. */
export const SHARED_WISHES: Readonly<Record<string, readonly [Asking, Asking, ...(readonly Asking[])]>> = {
  "stop words": [chat({ stop: ["x"] }), messages({ stop_sequences: ["x"] }), gemini({ stopSequences: ["x"] })],
  "any JSON": [
    chat({ response_format: { type: "json_object" } }),
    responses({ text: { format: { type: "json_object" } } }),
    gemini({ responseMimeType: "application/json" }),
  ],
  "JSON by a schema that has a name": [
    chat({ response_format: { type: "json_schema", json_schema: { name: "s", schema: SCHEMA, strict: true } } }),
    responses({ text: { format: { type: "json_schema", name: "s", schema: SCHEMA, strict: true } } }),
  ],
  "JSON by a schema that has none": [
    messages({ output_config: { format: { type: "json_schema", schema: SCHEMA } } }),
    gemini({ responseMimeType: "application/json", responseJsonSchema: SCHEMA }),
  ],
  "little effort": [chat({ reasoning_effort: "low" }), responses({ reasoning: { effort: "low" } })],
  "few words": [chat({ verbosity: "low" }), responses({ text: { verbosity: "low" } })],
  "tools that may not be called": [
    chat({ tools: [{ type: "function", function: { ...TOOL, parameters: SCHEMA } }], tool_choice: "none" }),
    responses({ tools: [{ type: "function", ...TOOL, parameters: SCHEMA }], tool_choice: "none" }),
    messages({ tools: [{ ...TOOL, input_schema: SCHEMA }], tool_choice: { type: "none" } }),
    gemini(
      {},
      {
        tools: [{ functionDeclarations: [{ ...TOOL, parametersJsonSchema: SCHEMA }] }],
        toolConfig: { functionCallingConfig: { mode: "NONE" } },
      },
    ),
  ],
  "few words to choose from": [
    chat({ top_p: 0.5, top_k: 3 }),
    messages({ top_p: 0.5, top_k: 3 }),
    gemini({ topP: 0.5, topK: 3 }),
  ],
  "the same each time": [chat({ seed: 3, presence_penalty: 0.5 }), gemini({ seed: 3, presencePenalty: 0.5 })],
  "a picture elsewhere": [
    chat({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: PICTURE } }] }] }),
    responses({ input: [{ role: "user", content: [{ type: "input_image", image_url: PICTURE }] }] }),
    messages({ messages: [{ role: "user", content: [{ type: "image", source: { type: "url", url: PICTURE } }] }] }),
  ],
  "the usual temperature, spelt out": [
    chat({ temperature: 1 }),
    responses({}),
    messages({ temperature: 1 }),
    gemini({ temperature: 1 }),
  ],
  "one call at a time": [chat({ parallel_tool_calls: false }), responses({ parallel_tool_calls: false })],
};
