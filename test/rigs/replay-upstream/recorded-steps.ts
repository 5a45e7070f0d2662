import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { readCompletion, readCompletionStream } from "./read-completion.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));
/** Folders whose contents are no exchanges with a model. */
const OTHERS: ReadonlySet<string> = new Set(["LICENSES", "errors", "framing", "schemas", "semantic"]);

const usageSchema = z.looseObject({
  input_total: z.number().nullable(),
  output_total: z.number().nullable(),
  cache_read: z.number().nullable().default(null),
  reasoning: z.number().nullable().default(null),
});

const normalizedSchema = z.looseObject({
  text: z.string(),
  reasoning: z.string(),
  tool_calls: z.array(z.looseObject({ name: z.string(), arguments: z.unknown() })),
  finish: z.string().nullable(),
  usage: usageSchema.nullable(),
  error: z.unknown(),
  complete: z.boolean(),
});

/** A protocol-neutral reading of a recorded answer, as `case.json` has it. */
export type Normalized = z.output<typeof normalizedSchema>;

const caseSchema = z.looseObject({
  id: z.string(),
  framing: z.string().optional(),
  features: z.array(z.string()).default([]),
  steps: z.array(
    z.looseObject({
      dir: z.string(),
      http: z
        .looseObject({
          status: z.number(),
          url: z.string().default(""),
          protocol: z.string().optional(),
          headers: z.record(z.string(), z.string()),
        })
        .optional(),
      normalized: normalizedSchema.optional(),
      "normalized.response": normalizedSchema.optional(),
    }),
  ),
});

type CaseStep = z.output<typeof caseSchema>["steps"][number];

/** What a provider answered, byte for byte. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Null where nobody has read it: counts, embeddings. */
  readonly normalized: Normalized | null;
}

/** One exchange of a recorded conversation. */
export interface RecordedStep {
  /** `protocol/case/step`, the step where a case has several. */
  readonly id: string;
  readonly caseId: string;
  /** The wire format of this step: a conversation may go on with another provider. */
  readonly protocol: string;
  /** `recorded`, `reconstructed` or `synthetic`. */
  readonly framing: string;
  readonly features: readonly string[];
  /** The model as the provider named it; empty where nobody knows. */
  readonly model: string;
  readonly request: string | null;
  readonly whole: RecordedAnswer | null;
  readonly stream: RecordedAnswer | null;
}

/** Every exchange of test/fixtures in the order of names, steps of a case one after the other. */
export function readRecordedSteps(): readonly RecordedStep[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHERS.has(entry.name))
    .flatMap(({ name: protocol }) =>
      readdirSync(join(FIXTURES, protocol))
        .toSorted()
        .flatMap((name) => readCase(join(FIXTURES, protocol, name), protocol)),
    );
}

function readCase(directory: string, folder: string): readonly RecordedStep[] {
  const {
    features,
    framing = "recorded",
    id,
    steps,
  } = caseSchema.parse(JSON.parse(readFileSync(join(directory, "case.json"), "utf8")));
  return steps.map((step) => {
    const place = join(directory, step.dir);
    const protocol = step.http?.protocol ?? folder;
    const request = readText(join(place, "request.json"));
    return {
      id: steps.length > 1 ? `${id}/${step.dir}` : id,
      caseId: id,
      protocol,
      framing,
      features,
      model: modelOf(step, request),
      request,
      ...readAnswers(place, { step, protocol }),
    };
  });
}

interface Read {
  readonly step: CaseStep;
  readonly protocol: string;
}

/** Where a step has both files, `normalized` was read from the stream and `normalized.response` from the other. */
function readAnswers(place: string, { protocol, step }: Read): Pick<RecordedStep, "whole" | "stream"> {
  const stream = readStream(place);
  const whole = readBytes(join(place, "response.json")) ?? readBytes(join(place, "response.txt"));
  const isCompletion = protocol === "openai-completions";
  const ofWhole = (stream === null ? step.normalized : step["normalized.response"]) ?? null;
  return {
    stream: stream && {
      ...headOf(step, stream.type, stream.body),
      body: stream.body,
      normalized: isCompletion ? readCompletionStream(stream.body.toString()) : (step.normalized ?? null),
    },
    whole: whole && {
      ...headOf(stream === null ? step : {}, "application/json", whole),
      body: whole,
      normalized: isCompletion ? readCompletion(whole.toString()) : ofWhole,
    },
  };
}

function readStream(place: string): { readonly type: string; readonly body: Buffer } | null {
  const text = readBytes(join(place, "stream.sse"));
  if (text !== null) return { type: "text/event-stream", body: text };
  const frames = readText(join(place, "stream.eventstream.b64"));
  return frames === null ? null : { type: "application/vnd.amazon.eventstream", body: Buffer.from(frames, "base64") };
}

/** What was kept of the answer's head; without one, its body says whether it was an error. */
function headOf({ http }: Pick<CaseStep, "http">, type: string, body: Buffer): Pick<RecordedAnswer, "status" | "headers"> {
  return { status: http?.status ?? statusOf(body), headers: { "content-type": type, ...http?.headers } };
}

function statusOf(body: Buffer): number {
  const text = body.toString();
  if (!/^\s*\{\s*"error"\s*:\s*\{/.test(text)) return 200;
  return Number(/"code"\s*:\s*([45]\d\d)\b/.exec(text)?.[1] ?? 400);
}

const namedSchema = z.looseObject({ model: z.string().default("") });

function modelOf({ http }: CaseStep, request: string | null): string {
  const named = request === null ? "" : namedSchema.parse(JSON.parse(request)).model;
  return named === "" ? decodeURIComponent(/\/models?\/([^/:?]+)/.exec(http?.url ?? "")?.[1] ?? "") : named;
}

function readBytes(path: string): Buffer | null {
  return existsSync(path) ? readFileSync(path) : null;
}

function readText(path: string): string | null {
  return readBytes(path)?.toString() ?? null;
}
