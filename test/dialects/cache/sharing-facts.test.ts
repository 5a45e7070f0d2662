import { expect, it } from "vitest";
import type { RequestFacts } from "../../../src/core/cache/text/eligibility.ts";
import { sharingFacts } from "../../../src/dialects/canonical/sharing-facts.ts";
import { surfaceOf } from "../../../src/dialects/index.ts";
import { type ChatSurface, decode } from "./form-of.ts";
import { SAME_ASKS } from "./same-asks.ts";

const PLAIN: RequestFacts = {
  offersTools: false,
  hasToolTurns: false,
  hasMedia: false,
  endsWithUserText: true,
  isPrefilled: false,
  choices: 1,
  hasSeed: false,
  hasLogprobs: false,
  temperature: null,
};

const HI = { role: "user", content: "hi" };
const TOOLS = [{ type: "function", function: { name: "f" } }];
const SOUND = { role: "user", content: [{ type: "input_audio", input_audio: { data: "aWk=", format: "wav" } }] };

function factsOf(surface: ChatSurface, body: unknown): RequestFacts {
  return sharingFacts(surfaceOf(surface).readChat(decode(surface, body)));
}

it.each<readonly [string, object, Partial<RequestFacts>]>([
  ["plain", { messages: [HI] }, {}],
  ["tools", { messages: [HI], tools: TOOLS }, { offersTools: true }],
  ["tools that may not be called", { messages: [HI], tools: TOOLS, tool_choice: "none" }, {}],
  ["what the provider searches itself", { messages: [HI], web_search_options: {} }, { offersTools: true }],
  ["sound", { messages: [SOUND] }, { hasMedia: true, endsWithUserText: false }],
  ["an answer that is spoken", { messages: [HI], modalities: ["text", "audio"] }, { hasMedia: true }],
  [
    "a part that nobody knows",
    { messages: [{ role: "user", content: [{ type: "new" }, { type: "text", text: "hi" }] }] },
    { hasMedia: true },
  ],
  [
    "a prefilled answer",
    { messages: [HI, { role: "assistant", content: "Well," }] },
    { endsWithUserText: false, isPrefilled: true },
  ],
  ["instructions last", { messages: [HI, { role: "system", content: "Be brief." }] }, { endsWithUserText: false }],
  [
    "sampling",
    { messages: [HI], n: 2, seed: 1, logprobs: true, temperature: 0.9 },
    { choices: 2, hasSeed: true, hasLogprobs: true, temperature: 0.9 },
  ],
])("what a request says about sharing its answer: %s", (_, body, facts) => {
  expect(factsOf("openai-chat", { model: "m", ...body })).toEqual({ ...PLAIN, ...facts });
});

it.each(SAME_ASKS)("is the same on every surface: $name", ({ bodies }) => {
  const facts = Object.entries(bodies).map(([surface, body]) => factsOf(surface as ChatSurface, body)); // its own keys
  for (const each of facts) expect(each).toEqual(facts[0]);
});
