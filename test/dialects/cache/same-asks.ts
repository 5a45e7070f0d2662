import type { ChatSurface } from "./form-of.ts";

/** One wish, in the words of each surface. */
export interface SameAsk {
  readonly name: string;
  readonly bodies: Readonly<Record<ChatSurface, Readonly<Record<string, unknown>>>>;
}

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const QUESTION = "How do I return a parcel?";
const SYSTEM = "You answer for a shop.";
const SCHEMA = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** Wishes that all four surfaces can say; no two of them are the same. */
export const SAME_ASKS: readonly SameAsk[] = [
  {
    name: "a question",
    bodies: {
      "openai-chat": { model: "m", max_completion_tokens: 100, messages: [{ role: "user", content: QUESTION }] },
      "openai-responses": { model: "m", max_output_tokens: 100, input: QUESTION },
      "anthropic-messages": { model: "m", max_tokens: 100, messages: [{ role: "user", content: QUESTION }] },
      gemini: { contents: [{ parts: [{ text: QUESTION }] }], generationConfig: { maxOutputTokens: 100 } },
    },
  },
  {
    name: "a question under instructions, with a temperature",
    bodies: {
      "openai-chat": {
        model: "m",
        max_tokens: 100,
        temperature: 0.2,
        messages: [
          { role: "system", content: SYSTEM },
          { role: "user", content: [{ type: "text", text: QUESTION }] },
        ],
      },
      "openai-responses": {
        model: "m",
        max_output_tokens: 100,
        temperature: 0.2,
        instructions: SYSTEM,
        input: [{ role: "user", content: [{ type: "input_text", text: QUESTION }] }],
      },
      "anthropic-messages": {
        model: "m",
        max_tokens: 100,
        temperature: 0.2,
        system: [{ type: "text", text: SYSTEM }],
        messages: [{ role: "user", content: [{ type: "text", text: QUESTION }] }],
      },
      gemini: {
        systemInstruction: { parts: [{ text: SYSTEM }] },
        contents: [{ role: "user", parts: [{ text: QUESTION }] }],
        generationConfig: { maxOutputTokens: 100, temperature: 0.2 },
      },
    },
  },
  {
    name: "a question after an answer",
    bodies: {
      "openai-chat": {
        model: "m",
        max_tokens: 100,
        messages: [
          { role: "user", content: "Hello" },
          { role: "assistant", content: "Hello!" },
          { role: "user", content: QUESTION },
        ],
      },
      "openai-responses": {
        model: "m",
        max_output_tokens: 100,
        input: [
          { role: "user", content: "Hello" },
          {
            type: "message",
            id: "msg_1",
            status: "completed",
            role: "assistant",
            content: [{ type: "output_text", text: "Hello!", annotations: [] }],
          },
          { role: "user", content: QUESTION },
        ],
      },
      "anthropic-messages": {
        model: "m",
        max_tokens: 100,
        messages: [
          { role: "user", content: "Hello" },
          { role: "assistant", content: [{ type: "text", text: "Hello!" }] },
          { role: "user", content: QUESTION },
        ],
      },
      gemini: {
        contents: [
          { role: "user", parts: [{ text: "Hello" }] },
          { role: "model", parts: [{ text: "Hello!" }] },
          { role: "user", parts: [{ text: QUESTION }] },
        ],
        generationConfig: { maxOutputTokens: 100 },
      },
    },
  },
  {
    name: "a question about a picture",
    bodies: {
      "openai-chat": {
        model: "m",
        max_tokens: 100,
        messages: [
          {
            role: "user",
            content: [
              { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } },
              { type: "text", text: QUESTION },
            ],
          },
        ],
      },
      "openai-responses": {
        model: "m",
        max_output_tokens: 100,
        input: [
          {
            role: "user",
            content: [
              { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${PIXEL}` },
              { type: "input_text", text: QUESTION },
            ],
          },
        ],
      },
      "anthropic-messages": {
        model: "m",
        max_tokens: 100,
        messages: [
          {
            role: "user",
            content: [
              { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } },
              { type: "text", text: QUESTION, cache_control: { type: "ephemeral" } },
            ],
          },
        ],
      },
      gemini: {
        contents: [{ role: "user", parts: [{ inlineData: { mimeType: "image/png", data: PIXEL } }, { text: QUESTION }] }],
        generationConfig: { maxOutputTokens: 100 },
      },
    },
  },
  {
    name: "a question after a call of a tool",
    bodies: {
      "openai-chat": {
        model: "m",
        max_tokens: 100,
        messages: [
          { role: "user", content: "Weather in Oslo?" },
          {
            role: "assistant",
            content: null,
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city": "Oslo", "days": 1.0}' } },
            ],
          },
          { role: "tool", tool_call_id: "call_1", content: "rain" },
          { role: "user", content: QUESTION },
        ],
        tools: [{ type: "function", function: { name: "weather", description: "Tells it.", parameters: SCHEMA } }],
      },
      "openai-responses": {
        model: "m",
        max_output_tokens: 100,
        input: [
          { role: "user", content: "Weather in Oslo?" },
          { type: "function_call", call_id: "call_1", name: "weather", arguments: '{"days":1,"city":"Oslo"}' },
          { type: "function_call_output", call_id: "call_1", output: "rain" },
          { role: "user", content: QUESTION },
        ],
        tools: [{ type: "function", name: "weather", description: "Tells it.", parameters: SCHEMA }],
      },
      "anthropic-messages": {
        model: "m",
        max_tokens: 100,
        messages: [
          { role: "user", content: "Weather in Oslo?" },
          { role: "assistant", content: [{ type: "tool_use", id: "call_1", name: "weather", input: { days: 1, city: "Oslo" } }] },
          { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", content: "rain" }] },
          { role: "user", content: QUESTION },
        ],
        tools: [{ name: "weather", description: "Tells it.", input_schema: SCHEMA }],
        tool_choice: { type: "auto" },
      },
      gemini: {
        contents: [
          { role: "user", parts: [{ text: "Weather in Oslo?" }] },
          { role: "model", parts: [{ functionCall: { id: "call_1", name: "weather", args: { city: "Oslo", days: 1 } } }] },
          { role: "user", parts: [{ functionResponse: { name: "weather", response: { output: "rain" } } }] },
          { role: "user", parts: [{ text: QUESTION }] },
        ],
        generationConfig: { maxOutputTokens: 100 },
        tools: [
          { functionDeclarations: [{ name: "weather", description: "Tells it.", parameters: { ...SCHEMA, type: "OBJECT" } }] },
        ],
      },
    },
  },
];
