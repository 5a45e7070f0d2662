import type { Standing, TargetView } from "../../../src/core/routing/target-view.ts";

/** How one target does; what is not set is as it is of a target that was never seen. */
interface Health {
  readonly standing?: Standing;
  readonly slowStart?: number;
  readonly inFlight?: number;
  readonly isFull?: boolean;
  readonly loadMs?: number;
  readonly tokensPerSecond?: number;
  readonly ttftMs?: Readonly<Record<number, number>>;
  readonly mayProbe?: boolean;
  readonly isFailing?: boolean;
}

/** What is known of targets, as a test says it. Labels are `provider/model`, credentials are named by their id. */
export class SettableView implements TargetView {
  readonly #health = new Map<string, Health>();
  readonly #blocked = new Map<string, number>();
  readonly #refused = new Set<string>();

  set(label: string, health: Health): this {
    this.#health.set(`default/${label}`, { ...this.#of(`default/${label}`), ...health });
    return this;
  }

  /** Epoch milliseconds. Without a label the credential is blocked everywhere. */
  block(credentialId: string, until: number, label = "*"): this {
    this.#blocked.set(`${label} ${credentialId}`, until);
    return this;
  }

  refuse(credentialId: string, until: number): this {
    this.#refused.add(credentialId);
    return this.block(credentialId, until);
  }

  standing(id: string): Standing {
    return this.#of(id).standing ?? "ready";
  }

  slowStart(id: string): number {
    return this.#of(id).slowStart ?? 1;
  }

  inFlight(id: string): number {
    return this.#of(id).inFlight ?? 0;
  }

  hasRoom(id: string): boolean {
    return this.#of(id).isFull !== true;
  }

  loadMs(id: string): number {
    return this.#of(id).loadMs ?? 0;
  }

  tokensPerSecond(id: string): number | null {
    return this.#of(id).tokensPerSecond ?? null;
  }

  ttftMs(id: string, percentile: number): number | null {
    return this.#of(id).ttftMs?.[percentile] ?? null;
  }

  blockedUntil(targetId: string, credentialId: string): number {
    const label = targetId.replace("default/", "");
    return this.#blocked.get(`${label} ${credentialId}`) ?? this.#blocked.get(`* ${credentialId}`) ?? 0;
  }

  isRefused(credentialId: string): boolean {
    return this.#refused.has(credentialId);
  }

  isFailing(id: string): boolean {
    return this.#of(id).isFailing ?? false;
  }

  tryProbe(id: string): boolean {
    return this.#of(id).mayProbe ?? true;
  }

  #of(id: string): Health {
    return this.#health.get(id) ?? {};
  }
}
