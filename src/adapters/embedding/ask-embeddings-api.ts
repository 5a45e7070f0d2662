import type { Embedder } from "../../core/cache/embedder.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { parseRecord } from "../../core/json/parse-record.ts";
import { readText } from "../read-text.ts";
import { EmbeddingFailed } from "./embedding-failed.ts";

type HttpEmbedder = Extract<Embedder, { readonly kind: "http" }>;

interface Means {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** Longest number in an answer, its comma and white space. */
const BYTES_PER_NUMBER = 32;
const BYTES_BESIDE_NUMBERS = 64 * 1024;

/**
 * Asks a service that speaks OpenAI's embeddings API; redirects are never followed. Servers whose model cannot be shortened refuse `dimensions`,
 * also where it is what they give: they are asked again without it. @throws EmbeddingFailed, and whatever `fetch` rejects with
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
export async function askEmbeddingsApi(
  texts: readonly string[],
  embedder: HttpEmbedder,
  means: Means,
): Promise<readonly unknown[]> {
  const { dimensions, model, prefix } = embedder;
  const question = { model, input: texts.map((text) => prefix + text) };
  const response = await post({ ...question, dimensions }, embedder, means);
  const isRefused = response.status === 400 || response.status === 422;
  if (isRefused) await response.body?.cancel();
  const text = await readAnswer(isRefused ? await post(question, embedder, means) : response, texts.length * dimensions);
  return readEmbeddings(text, texts.length);
}

function post(body: object, { headers, url }: HttpEmbedder, { fetch, signal }: Means): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    redirect: "manual",
    signal,
  });
}

async function readAnswer(response: Response, numbers: number): Promise<string> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new EmbeddingFailed(`it answered ${response.status}`);
  }
  const text = await readText(response.body, BYTES_BESIDE_NUMBERS + numbers * BYTES_PER_NUMBER);
  if (text === null) throw new EmbeddingFailed("its answer is too large");
  return text;
}

/** In the order of the texts: by `index` where the answer has it. @throws EmbeddingFailed */
function readEmbeddings(text: string, count: number): readonly unknown[] {
  const data = parseRecord(text)?.["data"];
  if (!Array.isArray(data)) throw new EmbeddingFailed("its answer is not that of an embeddings API");
  const embeddings = new Map<unknown, unknown>();
  for (const [place, item] of data.entries()) {
    const { embedding, index } = isRecord(item) ? item : {};
    embeddings.set(index ?? place, embedding);
  }
  if (data.length !== count || embeddings.size !== count)
    throw new EmbeddingFailed("its answer has not one vector for each text");
  return Array.from({ length: count }, (_, index) => embeddings.get(index));
}
