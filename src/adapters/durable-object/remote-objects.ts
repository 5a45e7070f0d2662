import { createObjectNamespace, type ObjectNamespace } from "./objects.ts";

/** The part of a service binding that is used. */
interface ObjectHost {
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

/** An object of the host and the request it is to get. */
interface ObjectAddress {
  readonly className: string;
  readonly name: string;
  /** Path and query. */
  readonly path: string;
}

/**
 * Durable Objects of one class in the host that several local router processes share (`src/object-host.ts`). To its users it
 * is the namespace that a binding gives: same answers, same refusals, same patience.
 */
export function createRemoteObjectNamespace(host: ObjectHost, className: string, timeoutMs?: number): ObjectNamespace {
  const getByName = (name: string) => ({
    fetch: (url: string, init?: RequestInit): Promise<Response> => {
      const { pathname, search } = new URL(url);
      return host.fetch(`http://objects/${className}/${encodeURIComponent(name)}${pathname}${search}`, init);
    },
  });
  return createObjectNamespace({ getByName }, timeoutMs);
}

/** The other end: the object that `/<class>/<percent-encoded name>/<path>` means; null when the address means none. */
export function readObjectAddress(url: string): ObjectAddress | null {
  const { pathname, search } = new URL(url);
  const [, className = "", encodedName = "", path = ""] = /^\/(\w+)\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  try {
    return className === "" ? null : { className, name: decodeURIComponent(encodedName), path: path + search };
  } catch {
    return null; // A percent sign that begins no UTF-8 sequence.
  }
}
