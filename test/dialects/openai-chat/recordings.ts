import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../fixtures");

/** What an answer means, in no dialect; the fixtures' oracle. */
export interface Normalized {
  readonly text: string;
  readonly reasoning: string;
  readonly tool_calls: readonly { readonly id: string | null; readonly name: string; readonly arguments: unknown }[];
  readonly finish: string | null;
  readonly finish_raw: string | null;
  readonly usage: {
    readonly input_total: number;
    readonly cache_read: number | null;
    readonly cache_write: number | null;
    readonly output_total: number;
    readonly reasoning: number | null;
  } | null;
  readonly error: unknown;
  readonly complete: boolean;
}

interface Step {
  readonly dir: string;
  readonly normalized?: Normalized;
  readonly "normalized.response"?: Normalized;
}

/** One recorded exchange. */
export interface Recording {
  /** `openai-chat/syn-bom`, with the step where a case has several. */
  readonly name: string;
  readonly expect: string | null;
  readonly request: string | null;
  readonly response: string | null;
  readonly stream: string | null;
  /** What the stream means, where there is one, else the response. */
  readonly normalized: Normalized;
  readonly normalizedResponse: Normalized;
}

/** Every step of every case of a protocol, in the order of names. */
export function readRecordings(protocol: string): readonly Recording[] {
  return readdirSync(join(ROOT, protocol))
    .toSorted()
    .flatMap((name) => readCase(`${protocol}/${name}`));
}

function readCase(name: string): readonly Recording[] {
  const { expect = null, steps } = JSON.parse(readFixture(`${name}/case.json`)) as { expect?: string; steps: readonly Step[] };
  return steps.flatMap((step): readonly Recording[] => {
    const { dir, normalized } = step;
    if (normalized === undefined) return [];
    const read = (file: string): string | null => {
      const path = join(name, dir, file);
      return existsSync(join(ROOT, path)) ? readFixture(path) : null;
    };
    return [
      {
        name: dir === "." ? name : `${name}/${dir}`,
        expect,
        request: read("request.json"),
        response: read("response.json"),
        stream: read("stream.sse"),
        normalized,
        normalizedResponse: step["normalized.response"] ?? normalized,
      },
    ];
  });
}

/** A fixture's text. */
export function readFixture(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
