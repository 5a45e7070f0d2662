import { fileURLToPath } from "node:url";
import { API, type Checker, type Type } from "typescript/unstable/sync";
import { type SchemaOptions, TypeSchemas } from "./type-schema.ts";
import type { Surfaces } from "./wire-types.ts";

const TYPES = fileURLToPath(new URL("wire-types.ts", import.meta.url));

/** Members of Anthropic's types that only its newest version of the API always sends. */
const SINCE_2026 = {
  Message: { container: "optional", diagnostics: "optional", stop_details: "optional" },
  Usage: {
    cache_creation: "optional",
    inference_geo: "optional",
    output_tokens_details: "optional",
    server_tool_use: "optional",
    service_tier: "optional",
    speed: "optional",
  },
  "RawMessageDeltaEvent.Delta": { container: "optional", stop_details: "optional" },
  MessageDeltaUsage: { output_tokens_details: "optional", server_tool_use: "optional" },
  TextBlock: { citations: "optional" },
  ToolUseBlock: { caller: "optional" },
  ServerToolUseBlock: { caller: "optional" },
  WebSearchToolResultBlock: { caller: "optional" },
  WebFetchToolResultBlock: { caller: "optional" },
  DocumentBlock: { citations: "optional" },
  Container: { skills: "optional" },
  ServerToolUsage: { web_fetch_requests: "optional" },
  ModelInfo: {
    capabilities: "optional",
    deprecated_at: "optional",
    lifecycle: "optional",
    line: "optional",
    max_input_tokens: "optional",
    max_tokens: "optional",
    retires_at: "optional",
  },
} as const;

/** How the types of each surface are read. Google's parsers refuse members they do not know. */
const OPTIONS: Record<keyof Surfaces, SchemaOptions> = {
  "openai-chat": {
    isClosed: false,
    overrides: {
      ChatCompletion: { system_fingerprint: "nullable" },
      ChatCompletionChunk: { system_fingerprint: "nullable" },
    },
  },
  "openai-completions": {
    isClosed: false,
    // A stream's chunks have the type of a whole answer.
    overrides: {
      Completion: { system_fingerprint: "nullable", usage: "nullable" },
      CompletionChoice: { finish_reason: "nullable" },
    },
  },
  "openai-responses": {
    isClosed: false,
    overrides: {
      // Open Responses requires `user` and `usage` and has no `access_programs`.
      Response: { output_text: "dropped", access_programs: "optional", usage: "nullable", user: "nullable" },
      ResponseError: { code: "text" },
      // An echo of a request that said nothing.
      ResponseFormatTextJSONSchemaConfig: { description: "nullable" },
    },
  },
  "anthropic-messages": { isClosed: false, overrides: SINCE_2026 },
  gemini: {
    isClosed: true,
    overrides: {
      GenerateContentResponse: { sdkHttpResponse: "dropped", automaticFunctionCallingHistory: "dropped" },
      CountTokensResponse: { sdkHttpResponse: "dropped" },
      CitationMetadata: { citations: "dropped", citationSources: "added" },
      GenerateContentResponseUsageMetadata: { serviceTier: "added" },
    },
  },
};

/**
 * JSON Schemas of every answer a surface gives, read from the types of the installed SDKs: the file's text for each surface,
 * the same for the same SDKs. @throws Error when a type is missing
 */
export function readResponseSchemas(): ReadonlyMap<string, string> {
  const api = new API({ cwd: fileURLToPath(new URL(".", import.meta.url)) });
  try {
    const project = api.updateSnapshot({ openFiles: [TYPES] }).getDefaultProjectForFile(TYPES);
    const source = project?.program.getSourceFile(TYPES);
    const module = source === undefined ? undefined : project?.checker.getSymbolAtLocation(source);
    const [root] = module?.getExports().values() ?? [];
    if (project === undefined || root === undefined) throw new Error("The types could not be read.");
    const surfaces = membersOf(project.checker, project.checker.getDeclaredTypeOfSymbol(root));
    return new Map(
      surfaces.map(([name, type]) => [name, readSurface(project.checker, type, OPTIONS[name as keyof Surfaces])]), // its own members
    );
  } finally {
    api.close();
  }
}

function readSurface(checker: Checker, surface: Type, options: SchemaOptions): string {
  const schemas = new TypeSchemas(checker, options);
  const kinds = Object.fromEntries(membersOf(checker, surface).map(([name, type]) => [name, schemas.schemaOf(type)]));
  return `${JSON.stringify({ kinds, definitions: schemas.definitions }, null, 1)}\n`;
}

function membersOf(checker: Checker, type: Type): readonly (readonly [string, Type])[] {
  return checker.getPropertiesOfType(type).map((member) => {
    const memberType = checker.getTypeOfSymbol(member);
    if (memberType === undefined) throw new Error(`${member.name} has no type.`);
    return [member.name, memberType];
  });
}
