import type { ChatSurface } from "./form-of.ts";
import { toldApart } from "./form-of.ts";
import { mutationsOf } from "./mutations.ts";
import type { RecordedRequest } from "./recorded-requests.ts";

/** Members that say how an answer travels, is paid for or is filed, by the end of their place. */
const IMMATERIAL: Readonly<Record<ChatSurface, RegExp>> = {
  "openai-chat":
    /^\.(?:stream|stream_options\.include_(?:usage|obfuscation)|store|user|safety_identifier|metadata|service_tier|prompt_cache_(?:key|retention))$|\.cache_control\.(?:type|ttl)$/,
  "openai-responses":
    /^\.(?:stream|stream_options\.include_obfuscation|store|user|safety_identifier|metadata|service_tier|prompt_cache_(?:key|retention))$|^\.input\[\]\.id$/,
  "anthropic-messages": /^\.(?:stream|metadata\.user_id|service_tier)$|\.cache_control\.(?:type|ttl)$/,
  gemini: /^\.(?:labels|serviceTier|service_tier)$/,
};

/** To leave these out asks for the same: they say what their absence says. By place and value. */
const USUAL: Readonly<Record<ChatSurface, RegExp>> = {
  "openai-chat":
    /^\.(?:temperature 1|top_p 1|n 1|(?:presence|frequency)_penalty 0|tool_choice "auto"|parallel_tool_calls true|verbosity "medium"|response_format {"type":"text"}|modalities \["text"\])$|\.detail "auto"$|\.cache_control |^\.stream_options {"include_usage":true}$/,
  "openai-responses":
    /^\.(?:temperature 1|top_p 1|tool_choice "auto"|parallel_tool_calls true|truncation "disabled"|text\.verbosity "medium"|text(?:\.format)? .*"type":"text".*)$|\.type "message"$|\.status "completed"$|\.detail "auto"$|^\.input\[\]\.id /,
  "anthropic-messages":
    /^\.(?:temperature 1|tool_choice(?:\.type)? .*"auto".*|metadata {"user_id":.*})$|\.type "custom"$|\.cache_control /,
  gemini:
    /^\.generationConfig(?:\.(?:temperature 1|candidateCount 1|responseModalities.*)| {"responseModalities":\["TEXT"\]})$|\.role "user"$|^\.systemInstruction\.role "system"$|^\.toolConfig.*"AUTO"}*$/,
};

export interface Mutated {
  /** Mutations whose request is another one. */
  readonly changed: number;
  /** Of those, what nobody takes for a request any more. */
  readonly refused: number;
  /** `name: place`, of those that are given the answer of the request they were made from. */
  readonly confused: readonly string[];
}

/** Asks of every single change of a request whether it makes another request of it. */
export function runMutations(requests: readonly RecordedRequest[]): Mutated {
  const confused: string[] = [];
  let changed = 0;
  let refused = 0;
  for (const { body, name, surface } of requests) {
    const original = toldApart(surface, body);
    for (const mutation of mutationsOf(body, (place) => IMMATERIAL[surface].test(place))) {
      if (USUAL[surface].test(mutation.place.replace(/ gone$/, ""))) continue;
      const other = toldApart(surface, mutation.body);
      changed += 1;
      if (other === null) refused += 1;
      if (other === original) confused.push(`${name}: ${mutation.place}`);
    }
  }
  return { changed, refused, confused };
}
