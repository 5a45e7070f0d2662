import type { CompiledRoute } from "./compiled.ts";
import type { CompiledLimit } from "./compiled-consumer.ts";
import type { LinkedRule, RuleSet } from "./linked.ts";

interface Served {
  readonly models: readonly string[];
  readonly mode: CompiledRoute["mode"];
  readonly rules: readonly LinkedRule[];
  /** Each of one of the models. */
  readonly limits: readonly CompiledLimit[];
}

interface Entry {
  limits: readonly CompiledLimit[];
  rules: readonly LinkedRule[];
  shadows: readonly (readonly LinkedRule[])[];
}

/** Virtual models of one tenant: a look-up costs the same at 10 and at 10,000 routes. */
export class RouteTable {
  readonly #exact = new Map<string, Entry>();
  readonly #prefixes = new Map<string, Entry>();
  /** Lengths of the prefixes that occur, longest first. */
  #lengths: readonly number[] = [];

  add({ limits, mode, models, rules }: Served): void {
    for (const model of models) {
      const entry = this.#entryOf(model);
      if (mode === "Enforce") {
        entry.rules = rules;
        entry.limits = limits.filter(({ models: [only] }) => only === model);
      } else entry.shadows = [...entry.shadows, rules];
    }
  }

  find(model: string): RuleSet | null {
    const exact = this.#exact.get(model);
    if (exact !== undefined && exact.rules.length > 0) return exact;
    for (const length of this.#lengths) {
      const entry = length <= model.length ? this.#prefixes.get(model.slice(0, length)) : undefined;
      if (entry !== undefined && entry.rules.length > 0) return entry;
    }
    return null;
  }

  names(): readonly string[] {
    const exact = [...this.#exact].filter(([, entry]) => enforced(entry) !== null).map(([name]) => name);
    const prefixes = [...this.#prefixes].filter(([, entry]) => enforced(entry) !== null).map(([prefix]) => `${prefix}*`);
    return [...exact, ...prefixes].toSorted();
  }

  #entryOf(model: string): Entry {
    const isPrefix = model.endsWith("*");
    const name = isPrefix ? model.slice(0, -1) : model;
    const entries = isPrefix ? this.#prefixes : this.#exact;
    const entry = entries.get(name) ?? { rules: [], limits: [], shadows: [] };
    entries.set(name, entry);
    if (isPrefix) this.#lengths = [...new Set([...this.#lengths, name.length])].toSorted((left, right) => right - left);
    return entry;
  }
}

/** A shadow alone serves nobody. */
function enforced(entry: Entry): RuleSet | null {
  return entry.rules.length > 0 ? entry : null;
}
