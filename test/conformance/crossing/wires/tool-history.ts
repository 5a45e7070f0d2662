import { at, has, listAt, textAt } from "../../judges/judged.ts";
import type { WireName } from "./index.ts";

/** A call in the history that an upstream was sent, and what it gave. */
export interface ToolPair {
  readonly name: string;
  readonly output: string;
}

export interface ToolHistory {
  readonly pairs: readonly ToolPair[];
  /** What the format's own API would refuse. */
  readonly problems: readonly string[];
}

interface Call {
  readonly id: string;
  readonly name: string;
}

interface Result {
  readonly id: string;
  readonly output: string;
}

/** A step of a conversation: what the model called, or what the caller's side says, results as far as they come first. */
type Step =
  | { readonly kind: "calls"; readonly calls: readonly Call[] }
  | { readonly kind: "said"; readonly results: readonly Result[]; readonly lateResults: number };

/** Ids that each API takes. */
const LEGAL_ID: Readonly<Record<WireName, RegExp>> = {
  "openai-chat": /^[\x21-\x7e]{1,40}$/,
  "openai-responses": /^[\x21-\x7e]{1,64}$/,
  "openai-completions": /^$/,
  "anthropic-messages": /^[A-Za-z0-9_-]+$/,
  gemini: /^.+$/,
  "bedrock-converse": /^[A-Za-z0-9_-]{1,64}$/,
};

const STEPS: Readonly<Record<WireName, (body: unknown) => readonly Step[]>> = {
  "openai-chat": chatSteps,
  "openai-responses": responsesSteps,
  "openai-completions": () => [],
  "anthropic-messages": (body) =>
    listAt(body, "messages").map((message) =>
      blockStep(listAt(message, "content"), {
        isCall: (block) => at(block, "type") === "tool_use",
        call: (block) => ({ id: textAt(block, "id"), name: textAt(block, "name") }),
        isResult: (block) => at(block, "type") === "tool_result",
        result: (block) => ({ id: textAt(block, "tool_use_id"), output: JSON.stringify(at(block, "content")) }),
      }),
    ),
  gemini: (body) =>
    listAt(body, "contents").map((content) =>
      blockStep(listAt(content, "parts"), {
        isCall: (part) => has(part, "functionCall"),
        call: (part) => ({ id: textAt(part, "functionCall", "id"), name: textAt(part, "functionCall", "name") }),
        isResult: (part) => has(part, "functionResponse"),
        result: (part) => ({
          id: textAt(part, "functionResponse", "id"),
          output: JSON.stringify(at(part, "functionResponse", "response")),
        }),
      }),
    ),
  "bedrock-converse": (body) =>
    listAt(body, "messages").map((message) =>
      blockStep(listAt(message, "content"), {
        isCall: (block) => has(block, "toolUse"),
        call: (block) => ({ id: textAt(block, "toolUse", "toolUseId"), name: textAt(block, "toolUse", "name") }),
        isResult: (block) => has(block, "toolResult"),
        result: (block) => ({
          id: textAt(block, "toolResult", "toolUseId"),
          output: JSON.stringify(at(block, "toolResult", "content")),
        }),
      }),
    ),
};

/** The calls of a request's history with what they gave, and everything its API would refuse of them. */
export function readToolHistory(dialect: WireName, body: unknown): ToolHistory {
  const problems: string[] = [];
  const pairs: ToolPair[] = [];
  const steps = STEPS[dialect](body);
  const known = new Set<string>();
  for (const [index, step] of steps.entries()) {
    if (step.kind !== "calls") continue;
    for (const { id } of step.calls) {
      if (!LEGAL_ID[dialect].test(id)) problems.push(`the id ${id} is not legal`);
      if (known.has(id)) problems.push(`the id ${id} is used twice`);
      known.add(id);
    }
    const next = steps[index + 1];
    const results = next?.kind === "said" ? next.results : [];
    if (next?.kind === "said" && next.lateResults > 0) problems.push("a result comes after something else in its turn");
    if (results.length !== step.calls.length)
      problems.push(`${step.calls.length} calls have ${results.length} results after them`);
    pairs.push(...step.calls.flatMap((call) => pairOf(call, results, problems)));
  }
  const orphans = steps
    .flatMap((step) => (step.kind === "said" ? step.results : []))
    .filter(({ id }) => !known.has(id))
    .map(({ id }) => `the result ${id} answers no call`);
  return { pairs, problems: [...problems, ...orphans] };
}

function pairOf({ id, name }: Call, results: readonly Result[], problems: string[]): readonly ToolPair[] {
  const result = results.find((one) => one.id === id);
  if (result === undefined) {
    problems.push(`the call ${id} has no result`);
    return [];
  }
  return [{ name, output: result.output }];
}

function chatSteps(body: unknown): readonly Step[] {
  const steps: Step[] = [];
  let results: Result[] | null = null;
  for (const message of listAt(body, "messages")) {
    if (at(message, "role") === "tool") {
      if (results === null) steps.push({ kind: "said", results: (results = []), lateResults: 0 });
      results.push({ id: textAt(message, "tool_call_id"), output: JSON.stringify(at(message, "content")) });
      continue;
    }
    results = null;
    const calls = listAt(message, "tool_calls").map((call) => ({
      id: textAt(call, "id"),
      name: textAt(call, "function", "name"),
    }));
    if (calls.length > 0) steps.push({ kind: "calls", calls });
    else steps.push({ kind: "said", results: [], lateResults: 0 });
  }
  return steps;
}

/** Neighbouring calls are one step, and so are neighbouring results. */
function responsesSteps(body: unknown): readonly Step[] {
  const steps: Step[] = [];
  let calls: Call[] | null = null;
  let results: Result[] | null = null;
  for (const item of listAt(body, "input")) {
    const type = textAt(item, "type");
    if (type === "function_call") {
      results = null;
      if (calls === null) steps.push({ kind: "calls", calls: (calls = []) });
      calls.push({ id: textAt(item, "call_id"), name: textAt(item, "name") });
    } else if (type === "function_call_output") {
      calls = null;
      if (results === null) steps.push({ kind: "said", results: (results = []), lateResults: 0 });
      results.push({ id: textAt(item, "call_id"), output: JSON.stringify(at(item, "output")) });
    } else if (type !== "reasoning") {
      [calls, results] = [null, null];
      steps.push({ kind: "said", results: [], lateResults: 0 });
    }
  }
  return steps;
}

interface BlockRules {
  isCall(block: unknown): boolean;
  call(block: unknown): Call;
  isResult(block: unknown): boolean;
  result(block: unknown): Result;
}

/** A message of blocks: its calls, or the results that stand first in it. */
function blockStep(blocks: readonly unknown[], rules: BlockRules): Step {
  const calls = blocks.filter((block) => rules.isCall(block)).map((block) => rules.call(block));
  if (calls.length > 0) return { kind: "calls", calls };
  const firstOther = blocks.findIndex((block) => !rules.isResult(block));
  const leading = firstOther === -1 ? blocks : blocks.slice(0, firstOther);
  const late = blocks.slice(leading.length).filter((block) => rules.isResult(block));
  return { kind: "said", results: leading.map((block) => rules.result(block)), lateResults: late.length };
}
