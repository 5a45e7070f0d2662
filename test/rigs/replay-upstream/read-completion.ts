import * as z from "zod";
import type { Normalized } from "./recorded-steps.ts";

const completionSchema = z.looseObject({
  choices: z
    .array(z.looseObject({ index: z.number().default(0), text: z.string().default(""), finish_reason: z.string().nullish() }))
    .default([]),
  usage: z.looseObject({ prompt_tokens: z.number().default(0), completion_tokens: z.number().default(0) }).nullish(),
  error: z.unknown().optional(),
});

type Completion = z.output<typeof completionSchema>;

/** What a legacy completion says: recordings of them were never read by anybody else. */
export function readCompletion(text: string): Normalized {
  return normalize([completionSchema.parse(JSON.parse(text))]);
}

/** The same of a stream, whose events are single `data:` lines. */
export function readCompletionStream(text: string): Normalized {
  const payloads = text.split("\n").flatMap((line) => (line.startsWith("data: {") ? [line.slice("data: ".length)] : []));
  return normalize(payloads.map((payload) => completionSchema.parse(JSON.parse(payload))));
}

function normalize(parts: readonly Completion[]): Normalized {
  const first = parts.flatMap(({ choices }) => choices.filter(({ index }) => index === 0));
  const finish = first.findLast(({ finish_reason }) => typeof finish_reason === "string")?.finish_reason ?? null;
  const usage = parts.findLast((part) => part.usage)?.usage ?? null;
  const error = parts.find((part) => part.error !== undefined)?.error ?? null;
  return {
    text: first.map((choice) => choice.text).join(""),
    reasoning: "",
    tool_calls: [],
    finish,
    usage: usage && {
      input_total: usage.prompt_tokens,
      output_total: usage.completion_tokens,
      cache_read: null,
      reasoning: null,
    },
    error,
    complete: error === null && finish !== null,
  };
}
