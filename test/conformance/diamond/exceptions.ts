/** Where a client hears something else than the provider said and nothing in between is to blame. */
export interface Exception {
  /** `protocol/case`, or one of its steps. */
  readonly step: string;
  /** Where one form only is meant. */
  readonly form?: "stream" | "whole";
  /** Names of the clients. */
  readonly clients: readonly string[];
  readonly reason: string;
}

const CHAT = ["openai chat", "ai openai chat", "ai openai-compatible"];
const OWN_COUNT = "the provider leaves reasoning out of its output tokens, and its own dialect is passed on as it is";
const NO_RAW_THOUGHTS = "the client shows summaries of thoughts only, and its own dialect is passed on as it is";
const NOT_A_CALL = "the client takes a tool that the provider runs for one that the caller runs";
const SERVER_TOOL = "what the provider's own tools gave lacks fields, or has types, that the client's schema demands";
const PARTIAL = "the client does not put partial arguments together, and its own dialect is passed on as it is";
const TRANSCRIPT = "where sound cannot be told, its transcript is";

/** Each of them must be needed: one that no longer fits is a finding. */
export const EXCEPTIONS: readonly Exception[] = [
  { step: "openai-compat/vai-compat-xai-text", clients: CHAT, reason: OWN_COUNT },
  { step: "openai-compat/vai-compat-xai-tool-call", clients: CHAT, reason: OWN_COUNT },
  { step: "openai-compat/vai-xai-text", clients: CHAT, reason: OWN_COUNT },
  { step: "openai-compat/vai-xai-tool-call", clients: CHAT, reason: OWN_COUNT },
  {
    step: "openai-compat/myorg-myaccount-pyd-snowflake-snowflake_thinking/step-1",
    clients: ["openai chat", "ai openai-compatible"],
    reason: "the provider tells its thoughts in reasoning_details alone, which these clients do not read",
  },
  {
    step: "openai-chat/eaig-chat-text-to-audio",
    clients: ["openai responses", "anthropic", "anthropic 0", "ai openai chat", "ai openai responses", "ai anthropic"],
    reason: TRANSCRIPT,
  },
  {
    step: "openai-chat/pyd-openai-openai_moderation_stream",
    clients: ["openai chat"],
    reason: "a last chunk with `usage: null` makes the client forget the usage told before it",
  },
  {
    step: "openai-chat/syn-n-choices",
    clients: ["ai openai chat", "ai openai-compatible"],
    reason: "the client puts all choices together",
  },
  {
    step: "gemini/pyd-google-google_model_armor_response_template_real_block",
    clients: ["ai google"],
    reason: "the client does not know the finish reason MODEL_ARMOR",
  },
  {
    step: "gemini/vai-google-stream-tool-call-arguments",
    clients: ["google genai"],
    reason: PARTIAL,
  },
  {
    step: "gemini/vai-google-stream-tool-call-array-arguments-missing-terminal-function-call",
    clients: ["google genai"],
    reason: PARTIAL,
  },
  {
    step: "openai-responses/pyd-openai_responses-openai_responses_verbosity",
    clients: ["openai responses"],
    reason: "the recording says `complete` for `completed`, and is passed on as it is",
  },
  {
    step: "openai-responses/vai-openai-custom-tool.1",
    clients: ["ai openai chat", "ai openai-compatible"],
    reason: "the client does not know calls of free-form tools",
  },
  {
    step: "openai-responses/vai-openai-custom-tool.1",
    clients: ["ai openai responses"],
    reason: "the client gives free text as a JSON string",
  },
  { step: "openai-responses/vai-openai-apply-patch-tool.1", clients: ["ai openai responses"], reason: NOT_A_CALL },
  { step: "openai-responses/vai-openai-apply-patch-tool-delete.1", clients: ["ai openai responses"], reason: NOT_A_CALL },
  { step: "openai-responses/vai-openai-shell-skills.1", clients: ["ai openai responses"], reason: NOT_A_CALL },
  {
    step: "openai-responses/vai-openai-phase.1",
    form: "stream",
    clients: ["ai openai responses"],
    reason: "the recording lacks most deltas of a text that its last events hold, and the client reads deltas",
  },
  {
    step: "openai-responses-compat/bedrock-mantle-pyd-bedrock_mantle-gpt_oss_responses",
    clients: ["ai openai responses"],
    reason: NO_RAW_THOUGHTS,
  },
  {
    step: "openai-responses-compat/deepseek-pyd-deepseek_responses-deepseek_responses-text",
    clients: ["ai openai responses"],
    reason: NO_RAW_THOUGHTS,
  },
  {
    step: "openai-responses-compat/deepseek-pyd-deepseek_responses-deepseek_responses-text_stream",
    clients: ["ai openai responses"],
    reason: NO_RAW_THOUGHTS,
  },
  {
    step: "openai-responses-compat/openrouter-pyd-openai_responses-openai_responses_raw_cot_stream_openrouter",
    clients: ["ai openai responses"],
    reason: NO_RAW_THOUGHTS,
  },
  {
    step: "openai-responses-compat/vai-lmstudio-basic.1",
    form: "whole",
    clients: ["ai openai responses"],
    reason: NO_RAW_THOUGHTS,
  },
  { step: "openai-responses-compat/vai-lmstudio-tool-call.2", clients: ["ai openai responses"], reason: NO_RAW_THOUGHTS },
  { step: "openai-responses-compat/vai-xai-code-execution-tool.1", clients: ["ai openai responses"], reason: SERVER_TOOL },
  { step: "openai-responses-compat/vai-xai-file-search-tool.1", clients: ["ai openai responses"], reason: SERVER_TOOL },
  { step: "openai-responses-compat/vai-xai-web-search-tool.1", clients: ["ai openai responses"], reason: SERVER_TOOL },
  { step: "openai-responses-compat/vai-xai-x-search-tool.1", clients: ["ai openai responses"], reason: SERVER_TOOL },
];

const PARTIAL_HISTORY = "the client was given partial arguments, which it refuses to send back";

/** Where a client cannot go on with a conversation. */
export const TALK_EXCEPTIONS: readonly Exception[] = [
  {
    step: "openai-compat/openrouter-pyd-openrouter-openrouter_streaming_reasoning",
    form: "stream",
    clients: ["openai chat"],
    reason:
      "the provider tells the state of its thoughts in several chunks, of which the client keeps the last, and its own dialect is passed on as it is",
  },
  { step: "gemini/vai-google-stream-tool-call-arguments", clients: ["google genai"], reason: PARTIAL_HISTORY },
  {
    step: "gemini/vai-google-stream-tool-call-array-arguments-missing-terminal-function-call",
    clients: ["google genai"],
    reason: PARTIAL_HISTORY,
  },
];

/** What became of a step at a client, exceptions left aside. */
export interface Tried {
  readonly stepId: string;
  readonly form: "stream" | "whole";
  readonly client: string;
  readonly isAsItShouldBe: boolean;
}

/** The exception that covers what a client made of a step. */
export function findException(exceptions: readonly Exception[], tried: Omit<Tried, "isAsItShouldBe">): Exception | null {
  return exceptions.find((exception) => isCovered(tried, exception)) ?? null;
}

function isCovered({ client, form, stepId }: Omit<Tried, "isAsItShouldBe">, exception: Exception): boolean {
  const { clients, step } = exception;
  const isStep = stepId === step || stepId.startsWith(`${step}/`);
  return isStep && clients.includes(client) && (exception.form ?? form) === form;
}

/** Exceptions that are not needed: their client did as it should. Where `wasAllTried`, also those that fit nothing. */
export function findStale(exceptions: readonly Exception[], tried: readonly Tried[], wasAllTried: boolean): readonly string[] {
  return exceptions.flatMap((exception) =>
    exception.clients.flatMap((client) => {
      const own = tried.filter((one) => one.client === client && isCovered(one, exception));
      const isStale = own.length === 0 ? wasAllTried : own.some(({ isAsItShouldBe }) => isAsItShouldBe);
      return isStale ? [`${exception.step} at ${client}: ${exception.reason}`] : [];
    }),
  );
}
