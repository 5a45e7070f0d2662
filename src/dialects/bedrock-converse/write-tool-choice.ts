import type { ToolChoice } from "../canonical/chat-request.ts";
import type { ToolScope } from "./write-tools.ts";
import type { Writing } from "./writing.ts";

/** Which tool the model is made to call. */
export type Force = { readonly kind: "none" | "any" } | { readonly kind: "tool"; readonly name: string };

export interface WrittenChoice {
  /** Names as they are sent. */
  readonly force: Force;
  /** The caller's tools that are declared, by its own names; null: all. */
  readonly only: ReadonlySet<string> | null;
}

const NO_FORCE: Force = { kind: "none" };

/**
 * There is no choice `none`, and some models obey `any` alone or nothing: what is declared says the rest.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html
 */
export function writeToolChoice(scope: ToolScope, writing: Writing): WrittenChoice {
  const { request, traits } = writing;
  const asked = readChoice(request.toolChoice, scope, writing);
  const force = obeyed(asked.force.kind === "none" ? outputForce(scope, writing) : asked.force, scope, writing);
  const isNarrowed = asked.force.kind === "tool" && traits.toolChoice !== "tool";
  const only = isNarrowed && request.toolChoice?.kind === "tool" ? new Set([request.toolChoice.name]) : asked.only;
  return { force, only };
}

function readChoice(choice: ToolChoice | null, { hasHistory }: ToolScope, { losses, names }: Writing): WrittenChoice {
  switch (choice?.kind) {
    case undefined:
    case "auto":
      return { force: NO_FORCE, only: null };
    case "required":
      return { force: { kind: "any" }, only: null };
    case "none":
      if (!hasHistory) return { force: NO_FORCE, only: new Set() };
      losses.hint("tool_choice", "bedrock-converse cannot forbid tools that the conversation has called");
      return { force: NO_FORCE, only: null };
    case "tool":
      return { force: { kind: "tool", name: names.mangle(choice.name) }, only: null };
    case "subset":
      return { force: choice.mode === "required" ? { kind: "any" } : NO_FORCE, only: new Set(choice.names) };
  }
}

/** The tool that stands for the output format must be called, or one of the caller's on the way there. */
function outputForce({ output }: ToolScope, { request }: Writing): Force {
  if (output === null) return NO_FORCE;
  const isAlone = request.tools.length === 0 || request.toolChoice?.kind === "none";
  return isAlone ? { kind: "tool", name: output.name } : { kind: "any" };
}

function obeyed(force: Force, { output }: ToolScope, { losses, traits }: Writing): Force {
  if (force.kind === "none" || traits.toolChoice === "tool") return force;
  if (traits.toolChoice === "any") return { kind: "any" };
  losses.meaning(output === null ? "tool_choice" : "output_format", "this model cannot be made to call a tool");
  return NO_FORCE;
}
