/** Chunks of one choice, by what of each delta is worth telling. */
export function streamOf(choices: readonly Readonly<Record<string, unknown>>[], isDone = true): string {
  const chunks = choices.map((choice) => ({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_790_000_000,
    model: "m",
    choices: [{ index: 0, finish_reason: null, ...choice }],
  }));
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") + (isDone ? "data: [DONE]\n\n" : "");
}

function calls(...entries: readonly unknown[]): Readonly<Record<string, unknown>> {
  return { delta: { tool_calls: entries } };
}

const ROLE = { delta: { role: "assistant", content: "" } };
const END = { delta: {}, finish_reason: "tool_calls" };
const fn = (name: unknown, text: unknown): unknown => ({ name, arguments: text });

interface Trap {
  readonly title: string;
  readonly stream: string;
  /** Calls in order: name and parsed arguments. */
  readonly calls: readonly (readonly [string, unknown])[];
}

/** Ways in which servers tell calls, and the calls they mean. */
export const CALL_TRAPS: readonly Trap[] = [
  {
    title: "the index starts at 1 and has gaps",
    stream: streamOf([
      ROLE,
      calls({ index: 1, id: "a", type: "function", function: fn("f", "") }),
      calls({ index: 1, function: { arguments: '{"x"' } }),
      calls({ index: 1, function: { arguments: ":1}" } }),
      calls({ index: 4, id: "b", type: "function", function: fn("g", "{}") }),
      END,
    ]),
    calls: [
      ["f", { x: 1 }],
      ["g", {}],
    ],
  },
  {
    title: "one index is used for two calls, which come in pieces",
    stream: streamOf([
      ROLE,
      ...["a", "b"].flatMap((id) => [
        calls({ index: 0, id, type: "function", function: fn("f", "") }),
        calls({ index: 0, function: { arguments: '{"id":' } }),
        calls({ index: 0, function: { arguments: `"${id}` } }),
        calls({ index: 0, function: { arguments: '"}' } }),
      ]),
      END,
    ]),
    calls: [
      ["f", { id: "a" }],
      ["f", { id: "b" }],
    ],
  },
  {
    title: "id, type and name are repeated",
    stream: streamOf([
      ROLE,
      ...['{"x"', ":", "1", "}"].map((text) => calls({ index: 0, id: "a", type: "function", function: fn("f", text) })),
      END,
    ]),
    calls: [["f", { x: 1 }]],
  },
  {
    title: "id, type and name are null or empty later",
    stream: streamOf([
      ROLE,
      calls({ index: 0, id: "a", type: "function", function: fn("f", "") }),
      ...['{"x"', ":", "1", "}"].map((text) => calls({ index: 0, id: null, type: null, function: fn(null, text) })),
      calls({ index: 0, id: "", type: "function", function: fn("", "") }),
      END,
    ]),
    calls: [["f", { x: 1 }]],
  },
  {
    title: "the id changes with every delta",
    stream: streamOf([
      ROLE,
      calls({ index: 0, id: "a", type: "function", function: fn("f", "") }),
      calls({ index: 0, id: "b", function: { arguments: '{"x":' } }),
      calls({ index: 0, id: "c", function: { arguments: "1}" } }),
      END,
    ]),
    calls: [["f", { x: 1 }]],
  },
  {
    title: "there is neither id nor index, and every call is whole",
    stream: streamOf([
      ROLE,
      calls({ function: fn("f", '{"x":1}') }),
      calls({ function: fn("f", '{"x":2}') }),
      calls({ function: fn("f", '{"x":3}') }),
      END,
    ]),
    calls: [1, 2, 3].map((x) => ["f", { x }] as const),
  },
  {
    title: "there is no id, and one index for calls that are whole",
    stream: streamOf([
      ROLE,
      calls({ index: 0, function: fn("f", '{"x":1}') }),
      calls({ index: 0, function: fn("f", '{"x":2}') }),
      calls({ index: 0, function: fn("f", '{"x":3}') }),
      END,
    ]),
    calls: [1, 2, 3].map((x) => ["f", { x }] as const),
  },
  {
    title: "the id comes without an index, then alone",
    stream: streamOf([
      ROLE,
      calls({ id: "a", function: fn("f", "") }),
      calls({ id: "a", function: { arguments: '{"x":' } }),
      calls({ function: { arguments: "1}" } }),
      END,
    ]),
    calls: [["f", { x: 1 }]],
  },
  {
    title: "arguments are an object",
    stream: streamOf([ROLE, calls({ index: 0, id: "a", type: "function", function: fn("f", { x: 1 }) }), END]),
    calls: [["f", { x: 1 }]],
  },
  {
    title: "the name comes after arguments",
    stream: streamOf([
      ROLE,
      calls({ index: 0, id: "a", type: "function", function: { arguments: '{"x"' } }),
      calls({ index: 0, function: { name: "f", arguments: ":" } }),
      calls({ index: 0, function: { arguments: "1}" } }),
      END,
    ]),
    calls: [["f", { x: 1 }]],
  },
  {
    title: "a call has no arguments",
    stream: streamOf([ROLE, calls({ index: 0, id: "a", type: "function", function: { name: "f" } }), END]),
    calls: [["f", {}]],
  },
  {
    title: "calls interleave",
    stream: streamOf([
      ROLE,
      calls(
        { index: 0, id: "a", type: "function", function: fn("f", "") },
        { index: 1, id: "b", type: "function", function: fn("g", "") },
      ),
      calls({ index: 1, function: { arguments: '{"y":' } }, { index: 0, function: { arguments: '{"x":' } }),
      calls({ index: 0, function: { arguments: "1}" } }),
      calls({ index: 1, function: { arguments: "2}" } }),
      END,
    ]),
    calls: [
      ["f", { x: 1 }],
      ["g", { y: 2 }],
    ],
  },
  {
    title: "an empty function_call stands in every delta, and an empty custom in every call",
    stream: streamOf([
      { delta: { role: "assistant", content: "", function_call: { name: "", arguments: "" } } },
      calls({ index: 0, id: "a", type: "function", function: fn("f", "{}"), custom: { name: "", input: "" } }),
      END,
    ]),
    calls: [["f", {}]],
  },
];

/** Ways in which servers end a stream, and the reason they mean. */
export const END_TRAPS: readonly { readonly title: string; readonly stream: string; readonly finish: string | null }[] = [
  { title: "no reason, but the terminator", stream: streamOf([{ delta: { role: "assistant", content: "x" } }]), finish: "stop" },
  {
    title: "no reason after a call, but the terminator",
    stream: streamOf([ROLE, calls({ index: 0, id: "a", type: "function", function: fn("f", "{}") })]),
    finish: "tool_calls",
  },
  {
    title: "no reason and no terminator, but usage alone",
    stream: `${streamOf([{ delta: { role: "assistant", content: "x" } }], false)}data: {"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n`,
    finish: "stop",
  },
  {
    title: "no reason and no terminator",
    stream: streamOf([{ delta: { role: "assistant", content: "x" } }], false),
    finish: null,
  },
  {
    title: "a reason and no terminator",
    stream: streamOf([{ delta: { role: "assistant", content: "x" } }, { delta: {}, finish_reason: "length" }], false),
    finish: "length",
  },
  {
    title: "stop after a call",
    stream: streamOf([
      ROLE,
      calls({ index: 0, id: "a", type: "function", function: fn("f", "{}") }),
      { delta: {}, finish_reason: "stop" },
    ]),
    finish: "tool_calls",
  },
  {
    title: "two reasons, and content after the first",
    stream: streamOf([
      { delta: { role: "assistant", content: "x" } },
      { delta: {}, finish_reason: "length" },
      { delta: { content: "" }, finish_reason: "length" },
    ]),
    finish: "length",
  },
];
