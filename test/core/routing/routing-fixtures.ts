import { type Failure, FAILURE_CLASSES, type FailureClass } from "../../../src/core/failure.ts";
import type { LinkedCredential, LinkedGroup, LinkedRoute, LinkedTarget } from "../../../src/core/policy/linked.ts";
import { AttemptSequence, type NextAttempt, type Sequencing } from "../../../src/core/routing/attempt-sequence.ts";
import type { RouteFacts } from "../../../src/core/routing/route-facts.ts";
import { TargetOrder } from "../../../src/core/routing/target-order.ts";
import { type Kills, NO_KILLS } from "../../../src/core/routing/target-view.ts";
import type { Price } from "../../../src/core/usage.ts";
import { SettableView } from "./settable-view.ts";

/** 2026-09-21T13:46:40Z, a Monday. */
export const NOW = 1_790_000_800_000;

/** A failed attempt as a dialect would class it. */
export function failure(failureClass: FailureClass, detail: Partial<Failure> = {}): Failure {
  return {
    class: failureClass,
    status: 0,
    message: `It was ${failureClass}.`,
    param: null,
    code: null,
    retryAfterSeconds: null,
    ...detail,
  };
}

export function credential(name: string): LinkedCredential {
  return {
    id: `default/keyed#${name}`,
    name,
    origin: "https://llm.example.com",
    secret: `secret-${name}`,
    headers: { authorization: `Bearer secret-${name}` },
    limits: [],
    signing: null,
  };
}

/** A target of the provider that owns `credentials`; targets of one provider share them. */
export function target(label: string, detail: Partial<LinkedTarget> = {}): LinkedTarget {
  return {
    id: `default/${label}`,
    label,
    dialect: "openai-chat",
    transport: "http",
    trustDomain: null,
    isWatched: true,
    natives: new Set(["openai-chat"]),
    urlOf: () => "https://llm.example.com/v1/chat/completions",
    model: label.split("/")[1] ?? label,
    family: "openai-chat",
    quirks: {
      streamUsage: true,
      repair: false,
      maxTokensField: "max_tokens",
      developerRole: true,
      callIds: "any",
      anthropicVersion: "2023-06-01",
    },
    capabilities: null,
    contextTokens: null,
    maxOutputTokens: null,
    location: { region: null, zone: null, jurisdiction: null },
    weight: 1,
    price: null,
    costFactor: 1,
    credentials: [{ ...credential("only"), id: `default/${label}#only` }],
    ...detail,
  };
}

/** A price per million tokens of input and output alike. */
export function priceOf(microUsd: number): Price {
  return {
    inputMicroUsdPerMillion: microUsd,
    outputMicroUsdPerMillion: microUsd,
    cachedInputMicroUsdPerMillion: microUsd,
    cacheWriteMicroUsdPerMillion: microUsd,
  };
}

type TargetGroup = Extract<LinkedGroup, { readonly kind: "targets" }>;

export function groupOf(targets: readonly LinkedTarget[], detail: Partial<TargetGroup> = {}): TargetGroup {
  return { kind: "targets", name: "group", balance: { kind: "weighted" }, targets, ...detail };
}

/** A route that goes on after every failure, until ten attempts were made. */
export function routeOf(groups: readonly LinkedGroup[], detail: Partial<LinkedRoute> = {}): LinkedRoute {
  return {
    id: "default/chat/everyone",
    tenant: "default",
    groups,
    targets: groups.flatMap((group) => (group.kind === "targets" ? group.targets : [])),
    locality: { prefer: null, spill: "when-busy", jurisdictions: [] },
    require: [],
    priority: "interactive",
    callerPreferences: true,
    mirror: null,
    failoverOn: new Set(FAILURE_CLASSES),
    maxAttempts: 10,
    hedge: null,
    timeouts: { ttftMs: 1_000, idleMs: 1_000, totalMs: 5_000 },
    cache: null,
    unsupported: "Refuse",
    isSelective: false,
    ...detail,
  };
}

/** A route that asks these one after the other: each has a group of its own. */
export function routeInOrder(targets: readonly LinkedTarget[], detail: Partial<LinkedRoute> = {}): LinkedRoute {
  return routeOf(
    targets.map((each) => groupOf([each])),
    detail,
  );
}

export function factsOf(detail: Partial<RouteFacts> = {}): RouteFacts {
  return {
    caller: callerOf(),
    model: "chat",
    operation: "chat",
    path: "/v1/chat/completions",
    headers: new Map(),
    stream: false,
    tokens: 100,
    features: {
      messages: 1,
      maxTokens: 0,
      tools: false,
      images: false,
      audio: false,
      jsonSchema: false,
      reasoning: false,
    },
    prefix: "",
    place: { region: null, zone: null },
    now: NOW,
    ...detail,
  };
}

export function callerOf(detail: Partial<RouteFacts["caller"]> = {}): RouteFacts["caller"] {
  return {
    tenant: "default",
    consumer: "app",
    keyId: "4fGq81LmZt0x",
    roles: [],
    tags: {},
    limits: [],
    isStrict: false,
    access: { allow: [], block: [] },
    ...detail,
  };
}

/** What a test says of a request; `kills` hold for as long as it lasts, unless the test changes them. */
interface Known extends Partial<Omit<Sequencing, "kills">> {
  readonly kills?: Kills;
}

/** Everybody is well, nothing is switched off, every draw is one half, and extra attempts cost nothing. */
export function sequencingOf({ kills = NO_KILLS, ...detail }: Known = {}): Sequencing {
  return {
    access: null,
    facts: factsOf(),
    rulesOf: () => null,
    preferences: null,
    trace: null,
    view: new SettableView(),
    kills: () => kills,
    now: NOW,
    draw: () => 0.5,
    mayProbe: true,
    budget: { recordFirst: () => undefined, tryTake: () => true },
    deadline: NOW + 600_000,
    ...detail,
  };
}

/** Labels in the order in which one request would ask them, until nobody is left. */
export function orderOf(route: LinkedRoute, detail: Known = {}): readonly string[] {
  const order = new TargetOrder(route, sequencingOf(detail));
  const labels: string[] = [];
  for (let next = order.next(); next !== null; next = order.next()) labels.push(next.label);
  return labels;
}

/** One request whose every attempt fails: the sequence, and the attempt that is under way. */
export class Walk {
  readonly sequence: AttemptSequence;
  current: NextAttempt | null;

  constructor(route: LinkedRoute, detail: Known = {}) {
    this.sequence = new AttemptSequence(route, sequencingOf(detail));
    this.current = this.sequence.first();
  }

  /** What follows a failure of the attempt that is under way. */
  fail(failureClass: FailureClass, retryAfterSeconds: number | null = null, now = NOW): NextAttempt | null {
    if (this.current === null) throw new Error("No attempt is under way.");
    this.current = this.sequence.next(failure(failureClass, { retryAfterSeconds }), now, this.current);
    return this.current;
  }
}
