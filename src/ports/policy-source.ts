import type { LinkedPolicy } from "../core/policy/link.ts";

/**
 * Where the active policy comes from. `current()` is synchronous and pinned once per request, so one request sees one
 * policy; a source that can change refreshes itself in deferred work and keeps the last good policy on any failure.
 */
export interface PolicySource {
  current(): LinkedPolicy;
}
