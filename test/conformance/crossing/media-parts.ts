import type { SurfaceName } from "./callers/caller.ts";

/** A picture of one pixel. */
export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

type ChatSurface = Exclude<SurfaceName, "openai-completions">;

/** The fields of a body whose prompt has a picture beside it. */
export const WITH_IMAGE: Readonly<Record<ChatSurface, (prompt: string) => Readonly<Record<string, unknown>>>> = {
  "openai-chat": (prompt) => ({
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: prompt },
          { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
        ],
      },
    ],
  }),
  "openai-responses": (prompt) => ({
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: prompt },
          { type: "input_image", image_url: `data:image/png;base64,${PNG}`, detail: "auto" },
        ],
      },
    ],
  }),
  "anthropic-messages": (prompt) => ({
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: prompt },
          { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
        ],
      },
    ],
  }),
  gemini: (prompt) => ({
    contents: [{ role: "user", parts: [{ text: prompt }, { inlineData: { mimeType: "image/png", data: PNG } }] }],
  }),
};
