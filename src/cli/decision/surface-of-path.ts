import type { AddressFacts, DialectName, Operation, Surface } from "../../dialects/dialect.ts";
import { DIALECTS } from "../../dialects/index.ts";

/** What a path stands for. */
export interface CalledPath {
  readonly dialect: DialectName;
  readonly surface: Surface;
  readonly operation: Operation;
  /** What it says itself of the request. */
  readonly address: AddressFacts;
}

/** Where requests are asked when nothing is said. */
export const DEFAULT_PATH = "/v1/chat/completions";
/** Where embeddings are asked when nothing is said. */
export const EMBEDDINGS_PATH = "/v1/embeddings";

const SURFACES = Object.values(DIALECTS).flatMap(({ name, surface }) => (surface === null ? [] : [{ dialect: name, surface }]));

/** Every path that names the model in the body. */
export const MODEL_PATHS: readonly string[] = SURFACES.flatMap(({ surface }) => Object.keys(surface.paths));

/** The wire format and operation that an address (a path, and a query where there is one) stands for; null where it leads to no model. */
export function surfaceOfPath(address: string): CalledPath | null {
  const [path = "", query = ""] = address.split("?", 2);
  for (const { dialect, surface } of SURFACES) {
    const operation = surface.paths[path];
    if (operation !== undefined) return { dialect, surface, operation, address: { model: null, stream: false, query } };
  }
  for (const { dialect, surface } of SURFACES) {
    const prefix = surface.addressed?.prefixes.find((candidate) => path.startsWith(candidate));
    const read = prefix === undefined ? null : (surface.addressed?.read(path.slice(prefix.length), query) ?? null);
    if (read !== null) return { dialect, surface, ...read };
  }
  return null;
}
