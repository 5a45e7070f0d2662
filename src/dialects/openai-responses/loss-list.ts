import type { Capability } from "../../core/capability.ts";
import type { Loss } from "../dialect.ts";

const MAX_CHARACTERS = 160;

/** What could not be said, each feature once: the gravest word of it stands. */
export class LossList {
  readonly #losses = new Map<string, Loss>();

  /** The answer could differ from what was asked. */
  meaning(feature: string, reason: string, capability: Capability | null = null): void {
    if (this.#losses.get(feature)?.severity !== "meaning") this.#add("meaning", { feature, reason, capability });
  }

  /** Only cost, speed or bookkeeping differ. */
  hint(feature: string, reason: string, capability: Capability | null = null): void {
    if (!this.#losses.has(feature)) this.#add("hint", { feature, reason, capability });
  }

  #add(severity: Loss["severity"], { capability, feature, reason }: Omit<Loss, "severity">): void {
    this.#losses.set(feature, { feature: printable(feature), severity, reason: printable(reason), capability });
  }

  get all(): readonly Loss[] {
    return [...this.#losses.values()];
  }
}

/** Names of fields and tools are the caller's; losses stand in a header. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, MAX_CHARACTERS);
}
