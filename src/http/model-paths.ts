import type { DialectName, Operation, Surface } from "../dialects/dialect.ts";
import { DIALECTS } from "../dialects/index.ts";

/** What a path that leads to a model stands for. */
export interface ModelPath {
  readonly dialect: DialectName;
  readonly operation: Operation;
}

/** Wire formats whose paths name model and method. */
export interface AddressedPaths {
  readonly dialect: DialectName;
  readonly addressed: NonNullable<Surface["addressed"]>;
}

const surfaces = Object.values(DIALECTS).flatMap(({ name, surface }) => (surface === null ? [] : [{ name, surface }]));

/** Every path that takes a POST and names the model in the body, from the registry. */
export const MODEL_PATHS: ReadonlyMap<string, ModelPath> = new Map(
  surfaces.flatMap(({ name, surface }) =>
    Object.entries(surface.paths).map(([path, operation]) => [path, { dialect: name, operation }] as const),
  ),
);

export const ADDRESSED_PATHS: readonly AddressedPaths[] = surfaces.flatMap(({ name, surface }) =>
  surface.addressed === null ? [] : [{ dialect: name, addressed: surface.addressed }],
);

/** Where models are listed for every wire format that has no prefix of its own. */
export const MODELS_PREFIX = "/v1/models/";
/** Whose words are told where nothing says which are meant. */
export const DEFAULT_DIALECT = "openai-chat";
/** Where models are listed. */
export const MODEL_PREFIXES = [MODELS_PREFIX, ...ADDRESSED_PATHS.map(({ addressed }) => addressed.prefixes[0])];

/** The dialect that errors and lists of models at this path are told in. */
export function dialectOfPath(path: string, headers: ReadonlyMap<string, string>): DialectName {
  const known = MODEL_PATHS.get(path) ?? ADDRESSED_PATHS.find(({ addressed }) => isAddressed(path, addressed)) ?? nearTo(path);
  if (known !== undefined) return known.dialect;
  const told = surfaces.find(({ surface }) => surface.modelsHeader !== null && headers.has(surface.modelsHeader));
  return told?.name ?? DEFAULT_DIALECT;
}

/** Whose neighbour a path is at which there is nothing: it stands below another of the dialect's, or in a version of its own. */
function nearTo(path: string): { readonly dialect: DialectName } | undefined {
  const below = [...MODEL_PATHS].find(([known]) => path.startsWith(`${known}/`))?.[1];
  return below ?? ADDRESSED_PATHS.find(({ addressed }) => addressed.prefixes.some((prefix) => isBeside(path, prefix)));
}

function isBeside(path: string, prefix: string): boolean {
  const version = versionOf(prefix);
  return version !== versionOf(MODELS_PREFIX) && version === versionOf(path);
}

/** The first segment: `v1beta` of `/v1beta/models/`. */
function versionOf(path: string): string | undefined {
  return path.split("/")[1];
}

/** Below a prefix of the dialect's own everything is its; below a shared one, what names a method of it. */
function isAddressed(path: string, addressed: AddressedPaths["addressed"]): boolean {
  const prefix = addressed.prefixes.find((candidate) => `${path}/`.startsWith(candidate));
  return prefix !== undefined && (prefix !== MODELS_PREFIX || addressed.read(path.slice(prefix.length), "") !== null);
}

/** The one method that a path below a prefix of models takes: what names a method is called, what names a model is looked up. */
export function methodBelowPrefix(path: string): "GET" | "POST" | null {
  for (const { addressed } of ADDRESSED_PATHS) {
    const prefix = addressed.prefixes.find((candidate) => path.startsWith(candidate));
    if (prefix !== undefined && addressed.read(path.slice(prefix.length), "") !== null) return "POST";
  }
  const listed = MODEL_PREFIXES.find((prefix) => path.startsWith(prefix));
  return listed === undefined || (listed !== MODELS_PREFIX && path.includes(":")) ? null : "GET";
}
