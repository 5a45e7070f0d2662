import type { LinkedPolicy } from "../core/policy/linked.ts";

/**
 * Where the active policy comes from. Both are synchronous and pinned once per request, so one request sees one policy; a
 * source that can change refreshes itself in deferred work and keeps the last good policy on any failure.
 */
export interface PolicySource {
  /** What holds for everybody: hosts, caps, readiness. */
  current(): LinkedPolicy;
  /** All that are live: one, or two while another generation is tried. */
  live(): readonly LinkedPolicy[];
  /** What holds for this caller (`tenant/consumer`): always the same one while a second generation is tried. */
  forCaller(caller: string): LinkedPolicy;
}
