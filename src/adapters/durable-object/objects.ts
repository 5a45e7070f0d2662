/** Durable Objects of one class, spoken to by `fetch` so that several local workerd processes can share their host. */
export interface ObjectNamespace {
  /**
   * Sends to the object of that name (from `storageKey`): a POST with the body as JSON, or a GET when there is none.
   * Resolves with the parsed answer, null when it is empty; rejects when the object cannot be reached, is late or refuses.
   */
  fetch(name: string, path: string, body?: unknown): Promise<unknown>;
}

/** The part of a `DurableObjectNamespace` binding that is used. */
export interface NamespaceBinding {
  getByName(name: string): { fetch(url: string, init?: RequestInit): Promise<Response> };
}

const DEFAULT_TIMEOUT_MS = 5_000;

/** Makes the stub anew for each call: a stub is tied to the request that made it. */
export function createObjectNamespace(binding: NamespaceBinding, timeoutMs: number = DEFAULT_TIMEOUT_MS): ObjectNamespace {
  return {
    async fetch(name, path, body) {
      const signal = AbortSignal.timeout(timeoutMs);
      const init = body === undefined ? { signal } : { signal, method: "POST", body: JSON.stringify(body) };
      const response = await binding.getByName(name).fetch(`http://object${path}`, init);
      const text = await response.text();
      if (!response.ok) throw new Error(`The object answered ${response.status} to ${path}: ${text.slice(0, 200)}`);
      const answer: unknown = text === "" ? null : JSON.parse(text);
      return answer;
    },
  };
}
