import type { CliIo } from "./io.ts";

const ANSWER_MS = 2_000;

/**
 * With `OPENAI_BASE_URL` set to some server and no `OPENAI_MODEL`, asks that server which models it has: a model it lists
 * takes the place of the policies' names, so that any OpenAI-compatible server answers. Silent servers change nothing.
 */
export async function discoverModel(
  variables: Readonly<Record<string, string>>,
  io: Pick<CliIo, "out">,
): Promise<Readonly<Record<string, string>>> {
  const { OPENAI_API_KEY: key = "", OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = variables;
  if (baseUrl === undefined || baseUrl === "" || model !== undefined || key === "") return {};
  const listed = await listModels(baseUrl.replace(/\/+$/, ""), key);
  const [first] = listed;
  if (first === undefined || listed.includes("gpt-4o-mini")) return {};
  io.out(`${baseUrl} does not list gpt-4o-mini; the provider openai will use ${first}. Set OPENAI_MODEL to choose another.`);
  return { OPENAI_MODEL: first };
}

async function listModels(baseUrl: string, key: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const body = (await response.json()) as { data?: { id?: unknown }[] }; // foreign: only strings are taken below
    return (body.data ?? []).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
  } catch {
    return []; // The server is not there, or has no such list: the policy's names are used.
  }
}
