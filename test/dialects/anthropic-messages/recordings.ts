import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

/** What a recorded answer says, in no protocol. */
export interface Normalized {
  readonly text: string;
  readonly reasoning: string;
  readonly tool_calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[] | null;
  readonly finish: string | null;
  readonly usage: Readonly<Record<string, number | null>> | null;
  readonly error: unknown;
  readonly complete: boolean;
}

/** One recorded interaction: what was sent, what came back, in whichever of its forms it was kept. */
export interface Recording {
  /** The case, and the step where there are several. */
  readonly name: string;
  readonly request: string | null;
  readonly stream: string | null;
  readonly response: string | null;
  /** What the stream says, or the response where there is no stream. */
  readonly normalized: Normalized | null;
  /** What the response beside a stream says. */
  readonly normalizedResponse: Normalized | null;
}

interface Step {
  readonly dir: string;
  readonly normalized?: Normalized;
  readonly "normalized.response"?: Normalized;
}

function read(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** Every interaction of a fixture folder, in order. */
export function recordings(protocol: string): readonly Recording[] {
  const folder = join(FIXTURES, protocol);
  return readdirSync(folder).flatMap((name) => {
    const { steps } = JSON.parse(readFileSync(join(folder, name, "case.json"), "utf8")) as { readonly steps: readonly Step[] };
    return steps.map(({ dir, normalized, "normalized.response": response }) => ({
      name: dir === "." ? name : `${name}/${dir}`,
      request: read(join(folder, name, dir, "request.json")),
      stream: read(join(folder, name, dir, "stream.sse")),
      response: read(join(folder, name, dir, "response.json")),
      normalized: normalized ?? null,
      normalizedResponse: response ?? null,
    }));
  });
}

/** The recorded stream of a case. */
export function streamOf(name: string): string {
  const stream = recordings("anthropic-messages").find((recording) => recording.name === name)?.stream ?? null;
  if (stream === null) throw new Error(`There is no stream of ${name}.`);
  return stream;
}
