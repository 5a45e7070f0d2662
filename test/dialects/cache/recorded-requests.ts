import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ChatSurface, formOf } from "./form-of.ts";

const ROOT = join(import.meta.dirname, "../../fixtures");

const SURFACES: Readonly<Record<string, ChatSurface>> = {
  "openai-chat": "openai-chat",
  "openai-compat": "openai-chat",
  "openai-responses": "openai-responses",
  "openai-responses-compat": "openai-responses",
  "openai-responses-extra": "openai-responses",
  "anthropic-messages": "anthropic-messages",
  gemini: "gemini",
};

/** A request of a chat as it was recorded. */
export interface RecordedRequest {
  readonly name: string;
  readonly surface: ChatSurface;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Recorded requests, one in so many, of the four surfaces that has a canonical form, by name. */
export function recordedRequests(every = 1): readonly RecordedRequest[] {
  return Object.entries(SURFACES).flatMap(([protocol, surface]) =>
    filesOf(protocol)
      .filter((_, index) => index % every === 0)
      .flatMap((name): readonly RecordedRequest[] => {
        const body = JSON.parse(readFileSync(join(ROOT, name), "utf8")) as unknown;
        return isObject(body) && isReadable(surface, body) ? [{ name, surface, body }] : [];
      }),
  );
}

function filesOf(protocol: string): readonly string[] {
  return readdirSync(join(ROOT, protocol))
    .toSorted()
    .flatMap((name) => {
      const { steps } = JSON.parse(readFileSync(join(ROOT, protocol, name, "case.json"), "utf8")) as {
        steps: readonly { readonly dir: string; readonly http?: { readonly protocol?: string } }[];
      };
      return steps
        .filter(({ http }) => SURFACES[http?.protocol ?? protocol] === SURFACES[protocol])
        .map(({ dir }) => join(protocol, name, dir, "request.json"))
        .filter((path) => existsSync(join(ROOT, path)));
    });
}

function isReadable(surface: ChatSurface, body: Readonly<Record<string, unknown>>): boolean {
  try {
    return formOf(surface, body)?.record === "chat";
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
