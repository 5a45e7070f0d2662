import type { Finish } from "../canonical/chat-event.ts";
import type { ResponseState } from "./response-object.ts";

export type ResponseEnd = Pick<ResponseState, "error" | "incompleteReason"> & {
  readonly status: Exclude<ResponseState["status"], "in_progress">;
};

/** How a response ends, from how its answer did. */
export function endOf({ reason }: Finish): ResponseEnd {
  switch (reason) {
    case "length":
    case "context":
      return { status: "incomplete", incompleteReason: "max_output_tokens", error: null };
    case "content_filter":
      return { status: "incomplete", incompleteReason: "content_filter", error: null };
    case "malformed_call": {
      const message = "The model called a tool in a form that cannot be read.";
      return { status: "failed", incompleteReason: null, error: { code: "server_error", message } };
    }
    case "stop":
    case "stop_sequence":
    case "tool_calls":
    case "pause":
    case "other":
      return { status: "completed", incompleteReason: null, error: null };
  }
}
