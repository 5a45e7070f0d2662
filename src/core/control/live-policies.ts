import type { LinkedPolicy } from "../policy/linked.ts";
import { stickyDraw } from "../routing/affinity.ts";
import type { GenerationRef, PolicyHead } from "./control-state.ts";

/** Finds a published policy and turns it into tables; null where it cannot be had or is not what its digest says. */
export type LoadGeneration = (ref: GenerationRef) => Promise<LinkedPolicy | null>;

interface Live {
  readonly stable: LinkedPolicy;
  readonly canary: { readonly policy: LinkedPolicy; readonly digest: string; readonly share: number } | null;
}

/**
 * The policies an isolate serves: the one it was built with until a head names others. What cannot be loaded never replaces
 * what serves, and a caller gets the same generation as long as the share that is tried stays the same.
 */
export class LivePolicies {
  readonly #bundled: LinkedPolicy;
  readonly #digest: string;
  #loaded = new Map<string, LinkedPolicy>();
  #live: Live;

  /** `digest` is that of the policy the Worker was built with. */
  constructor(bundled: LinkedPolicy, digest: string) {
    this.#bundled = bundled;
    this.#digest = digest;
    this.#live = { stable: bundled, canary: null };
  }

  get bundledDigest(): string {
    return this.#digest;
  }

  current(): LinkedPolicy {
    return this.#live.stable;
  }

  live(): readonly LinkedPolicy[] {
    const { canary, stable } = this.#live;
    return canary === null ? [stable] : [stable, canary.policy];
  }

  /** `caller`: `tenant/consumer`. */
  forCaller(caller: string): LinkedPolicy {
    const { canary, stable } = this.#live;
    return canary !== null && stickyDraw(`rollout ${canary.digest}`, caller) < canary.share ? canary.policy : stable;
  }

  /**
   * Serves what `head` names. False when some of it cannot be had, or when `isNewest` says after loading that a later head
   * has been followed meanwhile: then what served before goes on.
   */
  async follow(head: PolicyHead, load: LoadGeneration, isNewest: () => boolean): Promise<boolean> {
    if (head.base !== this.#digest) {
      this.#live = { stable: this.#bundled, canary: null };
      return true;
    }
    const stable = head.stable === null ? this.#bundled : await this.#get(head.stable, load);
    const canary = head.canary === null ? null : await this.#get(head.canary, load);
    if (stable === null || (canary === null && head.canary !== null) || !isNewest()) return false;
    this.#live = {
      stable,
      canary:
        canary === null || head.canary === null ? null : { policy: canary, digest: head.canary.digest, share: head.canary.share },
    };
    this.#forgetOthers(head);
    return true;
  }

  async #get(ref: GenerationRef, load: LoadGeneration): Promise<LinkedPolicy | null> {
    const key = keyOf(ref);
    const loaded = this.#loaded.get(key) ?? (await load(ref));
    // Two answers may load the same: the first to come stays, because requests under way compare by identity. They do not
    // share one loading, which would end with the request that began it.
    const kept = this.#loaded.get(key) ?? loaded;
    if (kept !== null) this.#loaded.set(key, kept);
    return kept;
  }

  #forgetOthers({ canary, stable }: PolicyHead): void {
    const kept = new Set([stable, canary].filter((ref) => ref !== null).map(keyOf));
    this.#loaded = new Map([...this.#loaded].filter(([key]) => kept.has(key)));
  }
}

function keyOf({ digest, epoch, generation }: GenerationRef): string {
  return `${epoch}.${generation}-${digest}`;
}
