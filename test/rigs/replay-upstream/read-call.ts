import * as z from "zod";

/** What an upstream was asked, read from the end of the path (any base URL may come before it) and the body. */
export interface UpstreamCall {
  readonly model: string;
  readonly stream: boolean;
}

/** The model in the body: OpenAI and Anthropic. */
const NAMED_IN_BODY = /\/(?:chat\/completions|completions|responses|messages|messages\/count_tokens|embeddings)$/;
/** The model and the wish for a stream in the path. */
const NAMED_IN_PATH = [
  /\/models\/(?<model>[^/]+):(?<verb>generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$/,
  /\/model\/(?<model>[^/]+)\/(?<verb>converse|converse-stream|count-tokens)$/,
];
const STREAMS: ReadonlySet<string> = new Set(["streamGenerateContent", "converse-stream"]);

const bodySchema = z.looseObject({ model: z.string().default(""), stream: z.boolean().nullish() });

/** The call, or null for a path or a body of no dialect. */
export function readCall(path: string, body: unknown): UpstreamCall | null {
  for (const pattern of NAMED_IN_PATH) {
    const groups = pattern.exec(path)?.groups;
    if (groups !== undefined) return { model: groups["model"] ?? "", stream: STREAMS.has(groups["verb"] ?? "") };
  }
  const read = bodySchema.safeParse(body);
  if (!NAMED_IN_BODY.test(path) || !read.success) return null;
  return { model: read.data.model, stream: read.data.stream === true };
}
