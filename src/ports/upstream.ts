/** One HTTP exchange with a model backend. The body is sent as it is; redirects are never followed. */
export interface UpstreamCall {
  readonly transport: "http" | "simulator";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the exchange; null where the request's own end does, because nothing comes after this attempt. */
  readonly signal: AbortSignal | null;
}

/** Sends one attempt. Resolves with headers and an unread body; rejects when no answer came or `signal` fired. */
export interface Upstream {
  send(call: UpstreamCall): Promise<Response>;
}
