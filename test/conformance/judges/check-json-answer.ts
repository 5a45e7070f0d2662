import { takeParts } from "./check-gemini-stream.ts";
import { missingEchoes, wrongUsage } from "./check-responses-stream.ts";
import { at, broken, isObjectText, type JudgedSurface, listAt, textAt, wrongIds } from "./judged.ts";
import { ALL_TOLD, type Told } from "./outcome.ts";

/** What in a whole answer of the surface's main operation breaks an invariant that its schema does not know; empty when nothing. */
export function checkJsonAnswer(surface: JudgedSurface, body: unknown, told: Told = ALL_TOLD): readonly string[] {
  switch (surface) {
    case "openai-chat":
      return checkChat(body);
    case "openai-completions":
      return checkChoices(body);
    case "openai-responses":
      return checkResponse(body, told);
    case "anthropic-messages":
      return checkMessage(body);
    case "gemini":
      return checkGemini(body, told);
  }
}

function checkChoices(body: unknown): readonly string[] {
  const choices = listAt(body, "choices");
  const problems = broken([
    [textAt(body, "id") === "" || textAt(body, "model") === "", "id or model is empty"],
    [choices.length === 0, "there is no choice"],
    [choices.some((choice, index) => at(choice, "index") !== index), "choices do not stand in order"],
    [choices.some((choice) => textAt(choice, "finish_reason") === ""), "a choice has no finish reason"],
  ]);
  const usage = at(body, "usage") ?? null;
  const [input = 0, output = 0, total = 0] = ["prompt_tokens", "completion_tokens", "total_tokens"].map((name) =>
    Number(at(usage, name)),
  );
  return [...problems, ...broken([[usage !== null && input + output !== total, "usage does not add up"]])];
}

function checkChat(body: unknown): readonly string[] {
  const broke = listAt(body, "choices").flatMap((choice) => {
    const calls = listAt(choice, "message", "tool_calls");
    const finish = at(choice, "finish_reason");
    return [
      ...wrongIds(
        calls.map((call) => textAt(call, "id")),
        "a call's id",
      ),
      ...broken([
        [calls.length > 0 && finish === "stop", "finishes with stop although there are tool calls"],
        [calls.length === 0 && finish === "tool_calls", "finishes with tool_calls without one"],
        [finish === "tool_calls" && !calls.every(isWhole), "a call's arguments are not a JSON object"],
      ]),
    ];
  });
  return [...checkChoices(body), ...broke];
}

function isWhole(call: unknown): boolean {
  return at(call, "type") === "custom" || isObjectText(textAt(call, "function", "arguments"));
}

function checkResponse(body: unknown, told: Told): readonly string[] {
  const status = textAt(body, "status");
  const hasReason = textAt(body, "incomplete_details", "reason") !== "";
  const calls = listAt(body, "output").filter((item) => at(item, "type") === "function_call");
  return [
    ...missingEchoes(body),
    ...wrongIds(
      listAt(body, "output").map((item) => textAt(item, "id")),
      "an item's id",
    ),
    ...wrongIds(
      calls.map((call) => textAt(call, "call_id")),
      "a call_id",
    ),
    ...broken([
      [!["completed", "incomplete"].includes(status), `status is ${status}`],
      [(status === "incomplete") !== hasReason, "incomplete_details does not fit status"],
      [at(body, "error") !== null, "a complete answer has an error"],
      [
        status === "completed" && calls.some((call) => !isObjectText(textAt(call, "arguments"))),
        "a call's arguments are not a JSON object",
      ],
    ]),
    ...wrongUsage(at(body, "usage"), told),
  ];
}

function checkMessage(body: unknown): readonly string[] {
  const calls = listAt(body, "content").filter((block) => at(block, "type") === "tool_use");
  const reason = textAt(body, "stop_reason");
  const hasSequence = typeof at(body, "stop_sequence") === "string";
  return [
    ...wrongIds(
      calls.map((call) => textAt(call, "id")),
      "a call's id",
    ),
    ...broken([
      [textAt(body, "id") === "" || textAt(body, "model") === "", "id or model is empty"],
      [reason === "", "there is no stop_reason"],
      [calls.length > 0 && reason === "end_turn", "stops with end_turn although there are tool calls"],
      [calls.length === 0 && reason === "tool_use", "stops with tool_use without one"],
      [calls.some((call) => !isObjectText(JSON.stringify(at(call, "input") ?? null))), "a call's input is no object"],
      [(reason === "stop_sequence") !== hasSequence, "stop_sequence does not fit stop_reason"],
    ]),
  ];
}

function checkGemini(body: unknown, { hasUsage }: Told): readonly string[] {
  const candidates = listAt(body, "candidates");
  const isBlocked = textAt(body, "promptFeedback", "blockReason") !== "";
  const callIds = new Set<string>();
  return [
    ...candidates.flatMap((candidate) => takeParts(candidate, callIds)),
    ...broken([
      [candidates.length === 0 && !isBlocked, "there is no candidate and no blockReason"],
      [candidates.some((candidate) => textAt(candidate, "finishReason") === ""), "a candidate has no finishReason"],
      [hasUsage && !Number.isSafeInteger(at(body, "usageMetadata", "totalTokenCount")), "there is no usageMetadata with a total"],
    ]),
  ];
}
