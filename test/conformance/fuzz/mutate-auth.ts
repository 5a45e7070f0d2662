import { createApiKey } from "../../../src/core/api-key.ts";
import { baseHeaders, type Deviation, encodeText, type Expectation, type FuzzTarget, type HeaderRow } from "./fuzz-request.ts";
import type { Random } from "./random.ts";
import { createBody, renderBody } from "./valid-body.ts";

/** What a store might run, if one were asked: the shape of a key is checked first. @see attack D02 */
export const HOSTILE_CREDENTIALS = [
  "' OR 1=1--",
  "'; DROP TABLE keys;--",
  '" OR ""="',
  "admin'--",
  "1' UNION SELECT null--",
  "${jndi:ldap://127.0.0.1/a}",
  "{{7*7}}",
  "{$ne:null}",
  '{"$gt":""}',
  "[$regex]=.*",
  "*3 $3 SET",
  "%0d%0aSET a b%0d%0a",
  "../../etc/passwd",
  "..%2f..%2fkeys",
  "__proto__",
  "constructor",
  "true",
  "null",
  "undefined",
  "*",
  "fl_live_%",
  "`id`",
] as const;

interface Auth {
  readonly title: string;
  readonly expect: Expectation;
  readonly rows: readonly HeaderRow[];
}

type Mutate = (random: Random, key: string) => Auth;

const MUTATIONS: readonly Mutate[] = [
  () => refused("nothing", []),
  () => refused("an empty bearer", [["authorization", "Bearer "]]),
  () => refused("another scheme", [["authorization", "Basic dXNlcjpwdw=="]]),
  (_random, key) => refused("a key without a scheme", [["authorization", key]]),
  (_random, key) => refused("a doubled scheme", bearer(`Bearer ${key}`)),
  (random) => refused("a hostile credential", bearer(random.pick(HOSTILE_CREDENTIALS))),
  (random, key) =>
    refused("a wrong checksum", bearer(key.slice(0, -1) + (key.endsWith("a") ? "b" : random.pick(["a", "_", " x"])))),
  (random, key) => refused("a changed character", bearer(changeCharacter(key, random))),
  (random, key) => refused("a cut key", bearer(key.slice(0, random.below(key.length)))),
  (_random, key) => refused("a key and more", bearer(`${key}x`)),
  (_random, key) => refused("an escaped key", bearer(key.replace("_", "%5F"))),
  (random) =>
    refused("a well-formed unknown key", bearer(createApiKey({ plane: "data", environment: "live" }, randomBytes(random)))),
  (random) => refused("an admin key", bearer(createApiKey({ plane: "admin", environment: "live" }, randomBytes(random)))),
  (random) => refused("a 20 KB bearer", bearer("a".repeat(20_000 + random.below(1_000)))),
  (random) => refused("a 100 KB bearer", bearer("a".repeat(100_000 + random.below(1_000)))),
  (random, key) =>
    refused("two credentials", [...bearer(key), [random.pick(["x-api-key", "x-goog-api-key", "api-key"]), "other"]]),
  (_random, key) => refused("two authorization headers", [...bearer(key), ...bearer("other")]),
  (_random, key) => refused("the key in a cookie", [["cookie", `api_key=${key}; authorization=Bearer ${key}`]]),
  (_random, key) => refused("the key as proxy authorization", [["proxy-authorization", `Bearer ${key}`]]),
  (_random, key) => ({ title: "the same key twice", expect: "2xx-or-4xx", rows: [...bearer(key), ["x-api-key", key]] }),
  (random, key) => ({
    title: "another header",
    expect: "2xx-or-4xx",
    rows: [[random.pick(["x-api-key", "X-Goog-Api-Key", "API-KEY"]), key]],
  }),
  (random, key) => ({
    title: "another case",
    expect: "2xx-or-4xx",
    rows: [["authorization", `${random.pick(["bearer", "BEARER", "bEaReR "])} ${key}`]],
  }),
];

/** A good request with a credential that is missing, wrong or doubled. @see attacks D01–D08 */
export function mutateAuth(random: Random, target: FuzzTarget): Deviation {
  const { title, expect, rows } = random.pick(MUTATIONS)(random, target.key);
  const headers = [...baseHeaders(target, "authorization"), ...rows];
  if (random.chance(0.3))
    return { title: `${title}, for models`, expect, headers, method: "GET", path: "/v1/models", body: new Uint8Array() };
  return { title, expect, headers, body: encodeText(renderBody(createBody("/v1/chat/completions", target.model, random))) };
}

function refused(title: string, rows: readonly HeaderRow[]): Auth {
  return { title, expect: "4xx", rows };
}

function bearer(credential: string): readonly HeaderRow[] {
  return [["authorization", `Bearer ${credential}`]];
}

function randomBytes(random: Random): (length: number) => Uint8Array {
  return (length) => Uint8Array.from({ length }, () => random.below(256));
}

function changeCharacter(key: string, random: Random): string {
  const at = random.below(key.length);
  const other = key.charAt(at) === "Z" ? "Y" : "Z";
  return key.slice(0, at) + other + key.slice(at + 1);
}
