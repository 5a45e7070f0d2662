import { describedChat } from "../decision/described-chat.ts";
import { DEFAULT_PATH, surfaceOfPath } from "../decision/surface-of-path.ts";
import type { Told } from "../decision/fit-of.ts";
import type { TraceLine } from "../trace/trace-line.ts";

/** What targets would have to be told of a traced request; null where the trace says nothing of what it held. */
export function toldOf({ features, operation, path, stream }: TraceLine): Told | null {
  if (features === undefined) return null;
  const dialect = surfaceOfPath(path ?? DEFAULT_PATH)?.dialect ?? "openai-chat";
  const chat = operation === "embeddings" ? null : describedChat(features, stream);
  return { dialect, operation, stream, isForwardable: true, chat, unreadable: null };
}
