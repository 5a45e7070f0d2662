import type { Capability } from "../../core/capability.ts";
import type { Loss } from "../dialect.ts";

const REASON_CHARACTERS = 120;

/** Collects what the backend cannot be told; the same is told once. Callers' words in it are made safe for a header. */
export class Losses {
  readonly list: Loss[] = [];

  /** The answer could differ from what was asked. */
  meaning(feature: string, reason: string, capability: Capability | null = null): void {
    this.#add({ feature, severity: "meaning", reason, capability });
  }

  /** Only cost, speed or bookkeeping differ. */
  hint(feature: string, reason: string): void {
    this.#add({ feature, severity: "hint", reason, capability: null });
  }

  #add(loss: Loss): void {
    const feature = printable(loss.feature);
    const reason = printable(loss.reason);
    if (this.list.some((known) => known.feature === feature && known.reason === reason)) return;
    this.list.push({ ...loss, feature, reason });
  }
}

function printable(text: string): string {
  return text.slice(0, REASON_CHARACTERS).replaceAll(/[^ -~]/g, "?");
}
