import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Embedder } from "../../core/cache/embedder.ts";
import { PERCENTAGE_PATTERN, toPercent } from "../../core/policy/schema/quantities.ts";
import { InputRefused, orRefuse } from "../input-refused.ts";
import { type CliIo, EXIT } from "../io.ts";
import { tryParse } from "../try-parse.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { readAnswerRows } from "./read-answer-rows.ts";
import { renderEvaluation } from "./render-evaluation.ts";

export const CACHE_EVAL_USAGE = `fairlead cache eval FILE      what the semantic cache would give of a file's prompts, and how often wrongly
  FILE                         JSONL, CSV or TSV with a header: prompt (or text, question, …) and answer_id (or answer, intent, …);
                               two rows with the same id may share an answer, one without an id with nobody
  --embedder hash|URL          an OpenAI-compatible embeddings API, whole address; default: hash. Its key: FAIRLEAD_EMBEDDER_KEY
  --model M, --dimensions N, --prefix P   of that API; default: e5-query, 384 and no prefix
  --max-false-hit-rate P       the bound; several are allowed; default: 2% and 5%
  --per Hit|Request            what the bound is a share of; default: Hit
  --label-noise P              share of the labels that say the contrary; default: 0%
  --arrivals N                 of a stream drawn by Zipf's law, no text twice; default: 6000
  --out-of-scope P             of texts that no answer serves; default: 20%
  --zipf S                     exponent; default: 1
  --drift P                    share of the answers that change in the middle of the stream; default: 0%
  --seeds N                    streams; default: 5
  --as-is                      one stream, the file in its own order`;

const OPTIONS = {
  embedder: { type: "string", default: "hash" },
  model: { type: "string", default: "e5-query" },
  dimensions: { type: "string", default: "384" },
  prefix: { type: "string", default: "" },
  "max-false-hit-rate": { type: "string", multiple: true },
  per: { type: "string", default: "Hit" },
  "label-noise": { type: "string", default: "0%" },
  arrivals: { type: "string", default: "6000" },
  "out-of-scope": { type: "string", default: "20%" },
  zipf: { type: "string", default: "1" },
  drift: { type: "string", default: "0%" },
  seeds: { type: "string", default: "5" },
  "as-is": { type: "boolean", default: false },
} as const;

type Arguments = Omit<Evaluation, "rows" | "directory" | "progress"> & { readonly file: string };

/** Prints what the semantic tier would have given of a file's prompts: the code that decides is the router's own. */
export async function runCacheEval(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args, io));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${CACHE_EVAL_USAGE}`);
    return EXIT.usage;
  }
  return orRefuse(
    async () => {
      const { file, ...evaluation } = parsed.value;
      const content = await readFile(resolve(io.cwd, file), "utf8").catch((cause: unknown) => {
        throw new InputRefused(`Cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      });
      const progress = (done: number, all: number): void => {
        if (done === all || done % 1_024 === 0) io.err(`${done} of ${all} texts embedded.`);
      };
      const directory = join(tmpdir(), "fairlead-vectors");
      io.out(renderEvaluation(await evaluate({ ...evaluation, rows: readAnswerRows(content), directory, progress })));
      return EXIT.done;
    },
    (line) => io.err(line),
  );
}

function readArguments(args: readonly string[], io: CliIo): Arguments {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new Error("Name one file.");
  if (values.per !== "Hit" && values.per !== "Request") throw new Error("--per is Hit or Request.");
  const bounds = (values["max-false-hit-rate"] ?? ["2%", "5%"]).map((text) => shareIn(text, "--max-false-hit-rate"));
  if (bounds.some((bound) => bound <= 0 || bound >= 1)) throw new Error("--max-false-hit-rate lies between 0% and 100%.");
  const traffic = {
    arrivals: numberIn(values.arrivals, "--arrivals"),
    outOfScope: shareIn(values["out-of-scope"], "--out-of-scope"),
    exponent: numberIn(values.zipf, "--zipf"),
    drift: shareIn(values.drift, "--drift"),
  };
  const seeds = values["as-is"] ? 1 : numberIn(values.seeds, "--seeds");
  return {
    file,
    embedder: embedderIn(values, io),
    traffic: values["as-is"] ? null : traffic,
    settings: { per: values.per, mode: "Enforce", shadowBudget: 0 },
    bounds,
    labelNoise: shareIn(values["label-noise"], "--label-noise"),
    seeds: Array.from({ length: seeds }, (_, at) => at + 1),
  };
}

function embedderIn(
  { dimensions, embedder, model, prefix }: Readonly<Record<"dimensions" | "embedder" | "model" | "prefix", string>>,
  { env }: CliIo,
): Embedder {
  if (embedder === "hash") return { kind: "hash" };
  if (!URL.canParse(embedder)) throw new Error(`--embedder is hash or an address, not '${embedder}'.`);
  const key = env["FAIRLEAD_EMBEDDER_KEY"];
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return { kind: "http", url: embedder, headers, model, dimensions: numberIn(dimensions, "--dimensions"), prefix };
}

function shareIn(text: string, name: string): number {
  if (!PERCENTAGE_PATTERN.test(text)) throw new Error(`${name} is a percentage such as 2%, not '${text}'.`);
  return toPercent(text) / 100;
}

function numberIn(text: string, name: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && Number.isFinite(value))) throw new Error(`${name} is a number, not '${text}'.`);
  return value;
}
