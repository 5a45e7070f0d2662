import type { Upstream } from "../../ports/upstream.ts";

/** Over the network. Redirects are never followed: workerd would carry `x-api-key` and `api-key` to the new origin. */
export const fetchUpstream: Upstream = {
  send: (call) =>
    fetch(call.url, { method: "POST", headers: call.headers, body: call.body, redirect: "manual", signal: call.signal }),
};
