import type { Caller } from "../caller.ts";
import type { CompiledAccess, CompiledRole, CompiledUses } from "../policy/compiled-access.ts";
import { matchesModel } from "../policy/find-model.ts";
import type { LinkedTarget } from "../policy/linked.ts";
import type { Feature } from "../policy/schema/access.ts";
import type { RouteFacts } from "../routing/route-facts.ts";

type Target = Pick<LinkedTarget, "label" | "location">;

/** Which targets a request may be sent to. */
export interface TargetAccess {
  mayAsk(target: Target): boolean;
  /** Two requests whose texts are equal may be sent to the same targets. */
  readonly partition: string;
}

/** What access says of one request. `targets` is null where any may be asked. */
export type Judged =
  | { readonly kind: "allowed"; readonly targets: TargetAccess | null }
  /** The model does not exist, as far as this caller can tell. */
  | { readonly kind: "model" }
  | { readonly kind: "features"; readonly features: readonly Feature[] };

interface AskedFor {
  readonly model: string;
  /** Read only where it matters: a request is not taken apart for nothing. */
  readonly readFeatures: () => ReadonlySet<Feature>;
}

/** No entry allows, so everything is allowed, and none blocks. */
export const OPEN_ACCESS: CompiledAccess = { allow: [], block: [] };

/** Roles by name, as a policy has them. */
export type Roles = ReadonlyMap<string, CompiledRole>;

/**
 * What a caller may use, at a moment (epoch milliseconds): its own entries and those of its roles. As soon as there is one
 * that allows, expired or not, everything else is denied; what is blocked is denied whatever allows it.
 */
export function accessOf(
  { access, roles, tags }: Pick<Caller, "access" | "roles" | "tags">,
  { now, roles: known }: { readonly now: number; readonly roles: Roles },
): Access {
  if (roles.length === 0 && access.allow.length === 0 && access.block.length === 0) return EVERYTHING;
  const all: readonly CompiledAccess[] = [access, ...roles.flatMap((name) => known.get(name) ?? [])];
  const allow = all.flatMap((each) => each.allow);
  const block = all.flatMap((each) => each.block);
  if (allow.length === 0 && block.length === 0) return EVERYTHING;
  const applies = (uses: CompiledUses): boolean =>
    (uses.expiresMs === null || now < uses.expiresMs) && Object.entries(uses.tags).every(([name, value]) => tags[name] === value);
  return new Access(allow.length === 0 ? null : allow.filter(applies), block.filter(applies));
}

export class Access {
  /** Null allows everything. */
  readonly #allow: readonly CompiledUses[] | null;
  readonly #block: readonly CompiledUses[];

  constructor(allow: readonly CompiledUses[] | null, block: readonly CompiledUses[]) {
    this.#allow = allow;
    this.#block = block;
  }

  /** Whether a virtual model is there for this caller, for one request or another. */
  mayUse(model: string): boolean {
    const isBlocked = this.#block.some((uses) => isWhole(uses) && uses.features === null && covers(uses, model));
    return !isBlocked && (this.#allow?.some((uses) => covers(uses, model)) ?? true);
  }

  judge({ model, readFeatures }: AskedFor): Judged {
    if (!this.mayUse(model)) return { kind: "model" };
    const allow = this.#allow?.filter((uses) => covers(uses, model)) ?? null;
    const block = this.#block.filter((uses) => covers(uses, model));
    const used = [allow ?? [], block].flat().some(({ features }) => features !== null) ? readFeatures() : NONE;
    const blocking = block.filter(({ features }) => features === null || features.some((feature) => used.has(feature)));
    const refused = blocking.find(isWhole);
    if (refused !== undefined) return { kind: "features", features: [...used].filter((feature) => names(refused, feature)) };
    const allowing = allow?.filter((uses) => [...used].every((feature) => names(uses, feature))) ?? null;
    if (allow !== null && allowing?.length === 0) return { kind: "features", features: nowhereAllowed(allow, used) };
    return { kind: "allowed", targets: targetAccess(allowing, blocking) };
  }
}

const EVERYTHING = new Access(null, []);
const NONE: ReadonlySet<Feature> = new Set();

function covers({ models }: CompiledUses, model: string): boolean {
  return models === null || models.some((pattern) => matchesModel(pattern, model));
}

function names({ features }: CompiledUses, feature: Feature): boolean {
  return features === null || features.includes(feature);
}

/** Features that no entry allows; none where it is only that no entry allows all of them. */
function nowhereAllowed(allow: readonly CompiledUses[], used: ReadonlySet<Feature>): readonly Feature[] {
  return [...used].filter((feature) => !allow.some((uses) => names(uses, feature)));
}

/** It says nothing of targets: it holds for all of them. */
function isWhole({ providers, regions }: CompiledUses): boolean {
  return providers === null && regions === null;
}

function targetAccess(allow: readonly CompiledUses[] | null, block: readonly CompiledUses[]): TargetAccess | null {
  const isAnyAllowed = allow === null || allow.some(isWhole);
  if (isAnyAllowed && block.length === 0) return null;
  const named = [isAnyAllowed ? [] : allow, block].map((list) => list.map(({ providers, regions }) => [providers, regions]));
  return {
    partition: JSON.stringify(named),
    mayAsk: (target) => (isAnyAllowed || allow.some((uses) => isAt(uses, target))) && !block.some((uses) => isAt(uses, target)),
  };
}

function isAt({ providers, regions }: CompiledUses, { label, location }: Target): boolean {
  const isNamed = providers === null || providers.includes(label.slice(0, label.indexOf("/")));
  return isNamed && (regions === null || (location.region !== null && regions.includes(location.region)));
}

/** What something in a request turns on. Neither files nor what nobody here knows have a name in policies: they might be any. */
export type Used = Feature | "files" | "unknown";

/** What a request uses, by what rules see of it and by what is in it. */
export function featuresUsed(
  { features, operation, stream }: Pick<RouteFacts, "features" | "operation" | "stream">,
  uses: readonly Used[],
): ReadonlySet<Feature> {
  const used = new Set<Feature>();
  if (stream) used.add("stream");
  if (operation === "embeddings") used.add("embeddings");
  const mightBeAny = uses.includes("files") || uses.includes("unknown");
  for (const name of CONTENT) if (mightBeAny || features[name] || uses.includes(name)) used.add(name);
  return used;
}

const CONTENT = ["tools", "images", "audio", "jsonSchema", "reasoning"] as const;
