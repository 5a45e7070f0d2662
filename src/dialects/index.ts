import type { Dialect } from "./dialect.ts";
import { openaiChat } from "./openai-chat/index.ts";

/** Every wire format spoken, by the name policies use. A dialect is a folder; adding one adds a row here. */
export const DIALECTS: Readonly<Record<Dialect["name"], Dialect>> = { "openai-chat": openaiChat };
