import type { CallerFacts, ExpressionFacts, RequestFacts } from "../../../src/core/expression/facts.ts";

const REQUEST: RequestFacts = {
  model: "gpt-4o-mini",
  operation: "chat",
  path: "/v1/chat/completions",
  stream: true,
  tokens: 3_999,
  messages: 3,
  maxTokens: 500,
  tools: true,
  images: false,
  audio: false,
  jsonSchema: false,
  reasoning: false,
  headers: new Map([
    ["content-type", "application/json"],
    ["x-app", "billing"],
  ]),
};
const CALLER: CallerFacts = {
  tenant: "acme",
  consumer: "billing-app",
  key: "4fGq81LmZt0x",
  roles: ["admin", "developer"],
  tags: { tier: "gold", department: "finance" },
};

/** Facts of an ordinary request on a Saturday, 07:30 UTC; members can be replaced. */
export function createFacts({
  caller,
  now = new Date("2026-11-21T07:30:00Z"),
  request,
}: {
  readonly request?: Partial<RequestFacts>;
  readonly caller?: Partial<CallerFacts>;
  readonly now?: Date;
} = {}): ExpressionFacts {
  return { request: { ...REQUEST, ...request }, caller: { ...CALLER, ...caller }, now };
}
