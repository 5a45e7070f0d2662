import { at, has, textAt } from "../../judges/judged.ts";
import type { Caller } from "./caller.ts";
import { eventsOf, valuesOf } from "./events.ts";
import { readOpenAiError, readUsage } from "./openai-chat.ts";

/** One prompt and its text: no tools, no format, no history. */
export const openaiCompletions: Caller = {
  name: "openai-completions",
  path: () => "/v1/completions",
  body: ({ fields = {}, model, prompt, stream = false }) => ({
    model,
    prompt,
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    ...fields,
  }),
  fold: (stream) => {
    const values = valuesOf(stream);
    const text = values.map((value) => textAt(value, "choices", 0, "text")).join("");
    const finish = values.map((value) => at(value, "choices", 0, "finish_reason")).findLast((word) => typeof word === "string");
    const usage = values.map((value) => at(value, "usage")).findLast((value) => value !== undefined && value !== null);
    return { choices: [{ index: 0, text, finish_reason: finish ?? null }], ...(usage === undefined ? {} : { usage }) };
  },
  read: (answer) => ({
    text: textAt(answer, "choices", 0, "text"),
    thoughts: "",
    calls: [],
    finish: textAt(answer, "choices", 0, "finish_reason"),
    usage: readUsage(at(answer, "usage")),
  }),
  readError: readOpenAiError,
  ending: (stream) => {
    const events = eventsOf(stream);
    const errors = events.flatMap(({ value }, index) => (has(value, "error") ? [index] : []));
    const succeeds = events.some(
      ({ data, value }) => data === "[DONE]" || typeof at(value, "choices", 0, "finish_reason") === "string",
    );
    return { errors, events: events.length, succeeds };
  },
  finishes: { stop: "stop", length: "length", tool: "stop" },
};
