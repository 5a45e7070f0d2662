import { isRecord } from "../../core/json/is-record.ts";
import { type Effort, NO_SAMPLING, type OutputFormat, type ReasoningWish, type Sampling } from "../canonical/chat-request.ts";
import { numberOf } from "../canonical/check-fields.ts";
import { lowerSchema } from "./lower-schema.ts";
import { type Body, listOf, member, restOf, textOf } from "./member.ts";

const JSON_TYPE = "application/json";

/** `generationConfig` without what belongs to Gemini alone. */
interface ReadGeneration {
  readonly sampling: Sampling;
  readonly output: OutputFormat | null;
  readonly modalities: readonly string[];
  readonly reasoning: ReasoningWish | null;
  /** Members that are no one else's, as they came. */
  readonly rest: Body | null;
}

export const KNOWN: ReadonlySet<string> = new Set([
  "temperature",
  "topP",
  "topK",
  "candidateCount",
  "maxOutputTokens",
  "stopSequences",
  "seed",
  "presencePenalty",
  "frequencyPenalty",
  "responseMimeType",
  "responseSchema",
  "responseJsonSchema",
  "responseLogprobs",
  "logprobs",
  "responseModalities",
  "thinkingConfig",
]);
/** With another media type the format is the API's own: an enumeration, say. */
const KNOWN_WITHOUT_FORMAT: ReadonlySet<string> = new Set(
  [...KNOWN].filter((name) => !["responseMimeType", "responseSchema", "responseJsonSchema"].includes(name)),
);

/** What a request says of sampling, format and thinking. @see https://ai.google.dev/api/generate-content#v1beta.GenerationConfig */
export function readGeneration(value: unknown): ReadGeneration {
  const config = isRecord(value) ? value : {};
  const mimeType = textOf(member(config, "responseMimeType")) ?? JSON_TYPE;
  const isForeign = mimeType !== JSON_TYPE && mimeType !== "text/plain";
  return {
    sampling: readSampling(config),
    output: isForeign || mimeType === "text/plain" ? null : readFormat(config),
    modalities: readModalities(member(config, "responseModalities")),
    reasoning: readThinking(member(config, "thinkingConfig")),
    rest: restOf(config, isForeign ? KNOWN_WITHOUT_FORMAT : KNOWN),
  };
}

function readSampling(config: Body): Sampling {
  const number = (name: string): number | null => numberOf(member(config, name));
  const asksLogprobs = member(config, "responseLogprobs");
  return {
    ...NO_SAMPLING,
    maxOutputTokens: number("maxOutputTokens"),
    temperature: number("temperature"),
    topP: number("topP"),
    topK: number("topK"),
    stop: listOf(member(config, "stopSequences")).filter((text): text is string => typeof text === "string"),
    seed: number("seed"),
    presencePenalty: number("presencePenalty"),
    frequencyPenalty: number("frequencyPenalty"),
    logprobs: typeof asksLogprobs === "boolean" ? asksLogprobs : null,
    topLogprobs: number("logprobs"),
  };
}

function readFormat(config: Body): OutputFormat | null {
  const schema = member(config, "responseJsonSchema") ?? lowerSchema(member(config, "responseSchema"));
  if (schema !== undefined) return { kind: "json_schema", name: null, description: null, schema, strict: null };
  return member(config, "responseMimeType") === JSON_TYPE ? { kind: "json_object" } : null;
}

function readModalities(value: unknown): readonly string[] {
  return listOf(value)
    .map((modality) => (textOf(modality) ?? "").toLowerCase())
    .filter((modality) => modality === "image" || modality === "audio");
}

const EFFORTS: ReadonlyMap<string, Effort> = new Map([
  ["MINIMAL", "minimal"],
  ["LOW", "low"],
  ["MEDIUM", "medium"],
  ["HIGH", "high"],
]);

/** A budget of -1 leaves it to the model, 0 forbids thinking. Thoughts are shown only where they are asked for. */
function readThinking(value: unknown): ReasoningWish | null {
  if (!isRecord(value)) return null;
  const level = textOf(member(value, "thinkingLevel"))?.toUpperCase() ?? "";
  const budget = numberOf(member(value, "thinkingBudget"));
  return {
    effort: budget === 0 ? "none" : (EFFORTS.get(level) ?? null),
    budgetTokens: budget !== null && budget > 0 ? budget : null,
    visible: member(value, "includeThoughts") === true,
    adaptive: budget !== null && budget < 0,
  };
}
