/** Which layer may import which, by first folder under `src/`; a layer may always import itself. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  dialects: ["core"],
  providers: ["core"],
  ports: ["core"],
  adapters: ["ports", "core"],
  pipeline: ["dialects", "providers", "ports", "core"],
  http: ["pipeline", "dialects", "ports", "core"],
  worker: ["http", "pipeline", "adapters", "dialects", "providers", "ports", "core"],
  index: ["worker", "http", "adapters"],
  "object-host": ["adapters"],
  cli: ["operator", "adapters", "dialects", "providers", "core"],
  operator: ["dialects", "providers", "core"],
};

/** Packages a layer may import; layers not listed may import none. */
export const PACKAGES: Readonly<Record<string, readonly RegExp[]>> = {
  core: [/^zod$/, /^yaml$/, /^@marcbachmann\/cel-js$/, /^re2js$/, /^jose\//],
  http: [/^hono(?:\/|$)/],
  adapters: [/^aws4fetch$/, /^@upstash\/(?:ratelimit|redis\/cloudflare)$/],
  worker: [/^fairlead:policy$/, /^fairlead:redis$/],
  index: [/^fairlead:answers$/],
  cli: [/^node:/, /^ioredis$/, /^yaml$/, /^esbuild$/, /^workerd$/, /^zod$/],
  operator: [/^node:/],
};

export interface Edge {
  readonly from: string;
  readonly to: string;
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

/** Every import of a module, as `from` and `to`: paths under `src/` for our own, the bare name for packages. */
export function readEdges(path: string, text: string): readonly Edge[] {
  return [...text.matchAll(IMPORT)].map(([, fixed, dynamic]) => {
    const specifier = fixed ?? dynamic ?? "";
    return { from: path, to: specifier.startsWith(".") ? resolvePath(path, specifier) : specifier };
  });
}

function resolvePath(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The layer of a path under `src/`: its first folder, or for a top-level file its name. */
export function layerOf(path: string): string {
  const [first = ""] = path.split("/");
  return first.replace(/(?:\.d)?\.ts$/, "");
}

/** Why an import is not allowed, or null when it is. */
export function judge({ from, to }: Edge): string | null {
  const layer = layerOf(from);
  const allowed = LAYERS[layer];
  if (allowed === undefined) return `${from}: '${layer}' is not a layer`;
  if (!/\.(?:ts|json|wasm)$/.test(to) || to.startsWith("node:")) {
    return (PACKAGES[layer] ?? []).some((pattern) => pattern.test(to)) ? null : `${from} may not import the package ${to}`;
  }
  const target = layerOf(to);
  return target === layer || allowed.includes(target) ? null : `${from} (${layer}) may not import ${to} (${target})`;
}
