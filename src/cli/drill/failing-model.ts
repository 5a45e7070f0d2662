import type { FailureClass } from "../../core/failure.ts";

/** Models of the simulator that fail in the way of a class before the answer begins. */
const MODELS: Readonly<Partial<Record<FailureClass, string>>> = {
  rate_limited: "sim-status-429-0",
  overloaded: "sim-status-503",
  auth: "sim-status-401",
  quota_exhausted: "sim-quota",
  context_length: "sim-context",
  content_filter: "sim-blocked",
  timeout_ttft: "sim-hang",
  connection: "sim-unreachable",
  stream_cut: "sim-truncated-0",
  malformed: "sim-malformed-0",
  empty_completion: "sim-empty",
  server_error: "sim-status-500",
};

/** Null for a class that no provider's answer brings about before its first content. */
export function failingModel(failureClass: FailureClass, stream: boolean): string | null {
  // An answer that is not streamed has no stream to be cut.
  if (failureClass === "stream_cut" && !stream) return null;
  return MODELS[failureClass] ?? null;
}
