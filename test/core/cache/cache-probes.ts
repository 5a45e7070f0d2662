import type { AskedTexts, CachePartition } from "../../../src/core/cache/cache-keys.ts";

/** Who asks what, under which policy: all that a name is made of. */
export interface NamedAsk {
  readonly asked: AskedTexts;
  readonly partition: CachePartition;
}

/** An answered request, and one of somebody else, or of something else, that must not be given its answer. */
export interface CacheProbe {
  readonly differs: string;
  readonly stored: NamedAsk;
  readonly probe: NamedAsk;
}

const PARTITION: CachePartition = {
  tenant: "acme",
  consumer: "shop",
  keyId: "key-1",
  sharedBy: "Consumer",
  policyStamp: "1.1-00000000",
  routeId: "default/chat/everyone",
  model: "fast",
  access: null,
  preferences: null,
  promptVersion: null,
  embedder: '["hash",1]',
};

/** Names that try to reach over a border between two parts of a key. */
const HOSTILE = ["acme|x", "acme%7Cx", "acme:x", "acme*", "acme\nx", "acme\u0000", 'acme","x', "acme]", "ACME", "acme ", "аcme"];

type Change = readonly [differs: string, change: (ask: NamedAsk, other: string) => NamedAsk];

const inPartition =
  (name: keyof CachePartition): Change[1] =>
  (ask, other) => ({ ...ask, partition: { ...ask.partition, [name]: other } });

const CHANGES: readonly Change[] = [
  ["tenant", inPartition("tenant")],
  ["consumer", inPartition("consumer")],
  ["policy", inPartition("policyStamp")],
  ["route", inPartition("routeId")],
  ["model", inPartition("model")],
  ["targets that may be asked", inPartition("access")],
  ["prompt version", inPartition("promptVersion")],
  ["embedder", inPartition("embedder")],
  ["principal", (ask, other) => ({ ...ask, partition: { ...ask.partition, sharedBy: "Principal", keyId: other } })],
  [
    "end user",
    (ask, other) => ({ asked: { ...ask.asked, user: other }, partition: { ...ask.partition, sharedBy: "Principal" } }),
  ],
  ["sharing", (ask) => ({ ...ask, partition: { ...ask.partition, sharedBy: "Tenant" } })],
  ["everything but the text", (ask, other) => ({ ...ask, asked: { ...ask.asked, scope: `${ask.asked.scope}${other}` } })],
  ["border of scope and text", (ask) => borderMoved(ask)],
];

const NEVER: Change = ["nothing", (ask) => ask];

function borderMoved({ asked, partition }: NamedAsk): NamedAsk {
  const text = asked.text ?? "";
  return { partition, asked: { ...asked, scope: asked.scope + text.slice(0, 1), text: text.slice(1), canonical: text.slice(1) } };
}

/** Probes without end: each differs from what it would steal in one thing, in turn; `draw` gives numbers in [0, 1). */
export function* cacheProbes(draw: () => number): Generator<CacheProbe, undefined> {
  for (let number = 0; ; number++) {
    const [differs, change] = CHANGES[number % CHANGES.length] ?? NEVER;
    const text = `How do I return order ${Math.floor(draw() * 1_000)}?`;
    const asked = { kind: "[]", scope: `["s",${number % 7}]`, text, canonical: text.toLowerCase(), user: null };
    const stored = { partition: PARTITION, asked };
    const hostile = HOSTILE[Math.floor(draw() * HOSTILE.length * 2)];
    const probe = change(stored, hostile ?? `other-${Math.floor(draw() * 1_000_000)}`);
    yield { differs, stored, probe };
  }
}
