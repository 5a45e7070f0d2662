import type { RecordedStep } from "./recorded-steps.ts";

const LONGEST = 200;
const SEPARATOR = "@";

/**
 * The model under which a step is played: the provider's own name of it, so that what depends on a model's name behaves as
 * it did, then protocol, case and step. Without the former where both would be longer than a policy allows.
 */
export function upstreamModel(step: Pick<RecordedStep, "id" | "model">): string {
  const key = stepKey(step.id);
  const model = step.model.replaceAll(/[^A-Za-z0-9._:-]/g, "-");
  const full = model === "" ? key : `${model}${SEPARATOR}${key}`;
  return full.length > LONGEST ? key : full;
}

/** The id of the step that a model name stands for; the name may still be encoded for a path. */
export function stepIdOf(model: string): string {
  const parts = decodeAll(model).split(SEPARATOR);
  return parts.slice(-3).join("/").replace(/\/$/, "");
}

/** `protocol@case@step`; the last is empty where the case has one step only. */
function stepKey(id: string): string {
  const [protocol = "", name = "", step = ""] = id.split("/");
  return [protocol, name, step].join(SEPARATOR);
}

/** AWS signs a path that is encoded twice. */
function decodeAll(text: string): string {
  const decoded = decodeURIComponent(text);
  return decoded === text ? text : decodeAll(decoded);
}
