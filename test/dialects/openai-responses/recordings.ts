import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

/** What a recorded answer says, in no protocol. */
export interface Normalized {
  readonly text: string;
  readonly reasoning: string;
  readonly tool_calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[];
  readonly finish: string | null;
  readonly usage: Readonly<Record<string, number | null>> | null;
  readonly error: unknown;
}

/** One recorded interaction: what was sent, what came back, in whichever of its forms it was kept. */
export interface Recording {
  /** `protocol/case` or `protocol/case/step-1`. */
  readonly name: string;
  readonly normalized: Normalized | null;
  readonly request: string | null;
  readonly response: string | null;
  readonly stream: string | null;
}

/** Every interaction of these fixture folders. */
export function recordings(...protocols: readonly string[]): readonly Recording[] {
  return protocols.flatMap((protocol) =>
    readdirSync(join(FIXTURES, protocol)).flatMap((name) => readCase(`${protocol}/${name}`)),
  );
}

/** The interaction of this name. */
export function recording(name: string): Recording {
  const [protocol = "", caseName = ""] = name.split("/");
  const found = readCase(`${protocol}/${caseName}`).find((step) => step.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
}

function readCase(name: string): readonly Recording[] {
  const { steps } = JSON.parse(readFileSync(join(FIXTURES, name, "case.json"), "utf8")) as {
    readonly steps: readonly { readonly dir?: string; readonly normalized?: Normalized }[];
  };
  return steps.map(({ dir = ".", normalized }) => ({
    name: dir === "." ? name : `${name}/${dir}`,
    normalized: normalized ?? null,
    request: read(join(FIXTURES, name, dir, "request.json")),
    response: read(join(FIXTURES, name, dir, "response.json")),
    stream: read(join(FIXTURES, name, dir, "stream.sse")),
  }));
}

function read(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
