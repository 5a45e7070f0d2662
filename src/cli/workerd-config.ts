import { type ObjectBinding, WORKER } from "../adapters/bindings.ts";

/** A module of the Worker; the first one is its entry point. */
export interface WorkerModule {
  readonly name: string;
  /** File to embed, relative to the configuration file: workerd takes no absolute path here. */
  readonly path: string;
  /** Default `esModule`. */
  readonly type?: "esModule" | "json" | "text" | "data" | "wasm";
}

export interface WorkerdConfigOptions {
  readonly modules: readonly WorkerModule[];
  /** 0 lets workerd choose. */
  readonly port: number;
  /** Default 127.0.0.1: nothing is exposed unless asked. */
  readonly host?: string;
  /** Variables whose values are written into the configuration; never secrets. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Names of variables, such as secrets, that workerd reads from its own environment; an unset one is null. */
  readonly environment?: readonly string[];
  /** Existing directory that keeps the Durable Objects, relative to workerd's working directory; null keeps them in memory. */
  readonly doDirectory: string | null;
  /** `HOST:PORT` of an object host, bound as `OBJECTS`; the Worker then has no namespaces of its own. */
  readonly objectHost?: string;
}

/**
 * Text of the configuration with which plain `workerd serve` runs the Worker: one socket, outgoing network, Durable
 * Objects on the local disk. @see https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp
 */
export function renderWorkerdConfig(options: WorkerdConfigOptions): string {
  const { host = "127.0.0.1", doDirectory, objectHost } = options;
  const services = [
    `(name = "main", worker = .worker)`,
    `(name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))`,
    ...(doDirectory === null ? [] : [`(name = "objects", disk = (path = ${quote(doDirectory)}, writable = true))`]),
    ...(objectHost === undefined ? [] : [`(name = "object-host", external = (address = ${quote(objectHost)}, http = ()))`]),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = ${list(services)},
  sockets = [(name = "http", address = ${quote(`${host}:${options.port}`)}, http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = ${list(options.modules.map(renderModule))},
  compatibilityDate = ${quote(WORKER.compatibilityDate)},
  compatibilityFlags = ${list(WORKER.compatibilityFlags.map(quote))},
  bindings = ${list(renderBindings(options))},
  durableObjectNamespaces = ${list(ownObjects(options).map(renderNamespace))},
  durableObjectStorage = ${doDirectory === null ? "(inMemory = void)" : '(localDisk = "objects")'},
);
`;
}

function renderModule({ name, path, type = "esModule" }: WorkerModule): string {
  return `(name = ${quote(name)}, ${type} = embed ${quote(path)})`;
}

function ownObjects({ objectHost }: WorkerdConfigOptions): readonly ObjectBinding[] {
  return objectHost === undefined ? WORKER.objects : [];
}

function renderBindings(options: WorkerdConfigOptions): readonly string[] {
  const { environment = [], objectHost, variables = {} } = options;
  return [
    ...ownObjects(options).map(
      ({ binding, className }) => `(name = ${quote(binding)}, durableObjectNamespace = ${quote(className)})`,
    ),
    ...(objectHost === undefined ? [] : ['(name = "OBJECTS", service = "object-host")']),
    ...Object.entries(variables).map(([name, value]) => `(name = ${quote(name)}, text = ${quote(value)})`),
    ...environment.map((name) => `(name = ${quote(name)}, fromEnvironment = ${quote(name)})`),
  ];
}

/** `enableSql` is set for every class: none of ours stores anything but SQLite. */
function renderNamespace({ className, uniqueKey }: ObjectBinding): string {
  return `(className = ${quote(className)}, uniqueKey = ${quote(uniqueKey)}, enableSql = true)`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n${items.map((item) => `    ${item},\n`).join("")}  ]`;
}

/** A Cap'n Proto text literal: C escapes, with UTF-8 bytes written as they are. */
function quote(text: string): string {
  return `"${Array.from(text, escapeCharacter).join("")}"`;
}

function escapeCharacter(character: string): string {
  const isPlain = character >= " " && character !== '"' && character !== "\\";
  return isPlain ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
