import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { CompiledTokenRules } from "../../../src/core/policy/compiled-authentication.ts";
import { KeySets } from "../../../src/pipeline/identity/key-sets.ts";
import { verifyWithKeys } from "../../../src/pipeline/identity/verify-with-keys.ts";
import type { IssuerDocument } from "../../../src/ports/issuer-documents.ts";

const START = Date.UTC(2027, 0, 1);
const MINUTE = 60_000;
const ISSUER = "https://idp.example";
const RULES: CompiledTokenRules = {
  issuer: ISSUER,
  audiences: ["fairlead"],
  keys: { kind: "jwks", url: `${ISSUER}/keys` },
  algorithms: ["ES256"],
  typ: null,
  clockSkewSeconds: 30,
  maxLifetimeSeconds: 86_400 * 7,
};

/** An issuer in memory, one isolate's key sets, and a clock that stands until it is moved. */
function createIsolate() {
  const state = { now: START, jwks: new Array<JWK>(), isDown: false, documents: new Map<string, unknown>() };
  const asked: string[] = [];
  const keySets = new KeySets({
    read: async (url): Promise<IssuerDocument> => {
      asked.push(url);
      await Promise.resolve();
      if (state.isDown) return { kind: "unavailable", message: "it answered 503" };
      const document = state.documents.get(url) ?? (url === `${ISSUER}/keys` ? { keys: state.jwks } : null);
      return document === null ? { kind: "unavailable", message: "it answered 404" } : { kind: "read", document };
    },
  });
  const deferred: Promise<unknown>[] = [];
  const run = {
    now: () => state.now,
    sleep: () => new Promise<void>(() => undefined),
    defer: (work: Promise<unknown>) => void deferred.push(work),
  };
  return {
    state,
    asked,
    settled: () => Promise.all(deferred),
    async addKey(kid: string) {
      const { privateKey, publicKey } = await generateKeyPair("ES256");
      state.jwks = [...state.jwks, { ...(await exportJWK(publicKey)), kid }];
      return (signedKid = kid) => {
        const seconds = state.now / 1_000;
        const claims = { iss: ISSUER, aud: "fairlead", sub: "alice", iat: seconds, exp: seconds + 300 };
        return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: signedKid }).sign(privateKey);
      };
    },
    verify: async (token: string, rules = RULES) => (await verifyWithKeys(token, rules, { keySets, run })).kind,
  };
}

describe("an issuer's keys", () => {
  it("are fetched once, however many tokens come", async () => {
    const isolate = createIsolate();
    const sign = await isolate.addKey("one");
    const tokens = await Promise.all(Array.from({ length: 50 }, () => sign()));
    expect(new Set(await Promise.all(tokens.map((token) => isolate.verify(token))))).toEqual(new Set(["verified"]));
    isolate.state.now += 7 * MINUTE;
    expect(await isolate.verify(await sign())).toBe("verified");
    expect(isolate.asked).toHaveLength(1);
  });

  it("D14 are not fetched for keys that nobody has more than once in 30 s", async () => {
    const isolate = createIsolate();
    const sign = await isolate.addKey("one");
    for (let index = 0; index < 1_000; index += 1) {
      expect(await isolate.verify(await sign(`random-${index}`))).toBe("refused");
      isolate.state.now += 100;
    }
    // 100 s: at the beginning, and three times after.
    expect(isolate.asked).toHaveLength(4);
  });

  it("D27 of a new kid are found by one fetch, and one that was withdrawn is refused after ten minutes", async () => {
    const isolate = createIsolate();
    const signOld = await isolate.addKey("old");
    expect(await isolate.verify(await signOld())).toBe("verified");
    isolate.state.now += MINUTE;
    const signNew = await isolate.addKey("new");
    expect(await isolate.verify(await signNew())).toBe("verified");
    expect(isolate.asked).toHaveLength(2);
    isolate.state.jwks = isolate.state.jwks.filter(({ kid }) => kid === "new");
    isolate.state.now += 7 * MINUTE;
    expect(await isolate.verify(await signOld())).toBe("verified");
    isolate.state.now += 3 * MINUTE;
    expect(await isolate.verify(await signOld())).toBe("refused");
    expect(await isolate.verify(await signNew())).toBe("verified");
  });

  it("are fetched anew beside requests before they are too old", async () => {
    const isolate = createIsolate();
    const sign = await isolate.addKey("one");
    await isolate.verify(await sign());
    isolate.state.now += 9 * MINUTE;
    expect(await isolate.verify(await sign())).toBe("verified");
    await isolate.settled();
    isolate.state.now += 5 * MINUTE;
    expect(await isolate.verify(await sign())).toBe("verified");
    expect(isolate.asked).toHaveLength(2);
  });

  it("are used for a day while they cannot be had again, and asked for once in 30 s", async () => {
    const isolate = createIsolate();
    const sign = await isolate.addKey("one");
    await isolate.verify(await sign());
    isolate.state.isDown = true;
    isolate.state.now += 11 * MINUTE;
    for (let second = 0; second < 60; second += 1) {
      expect(await isolate.verify(await sign())).toBe("verified");
      isolate.state.now += 1_000;
    }
    expect(isolate.asked).toHaveLength(3);
    isolate.state.now = START + 25 * 60 * MINUTE;
    expect(await isolate.verify(await sign())).toBe("unavailable");
  });

  it("fail closed while there are none, and are asked for again after five seconds", async () => {
    const isolate = createIsolate();
    const sign = await isolate.addKey("one");
    isolate.state.isDown = true;
    expect([await isolate.verify(await sign()), await isolate.verify(await sign())]).toEqual(["unavailable", "unavailable"]);
    expect(isolate.asked).toHaveLength(1);
    isolate.state.isDown = false;
    isolate.state.now += 5_000;
    expect(await isolate.verify(await sign())).toBe("verified");
  });

  it("are refused as a whole when they are no key set", async () => {
    const isolate = createIsolate();
    const sign = await isolate.addKey("one");
    isolate.state.documents.set(`${ISSUER}/keys`, { keys: "none" });
    expect(await isolate.verify(await sign())).toBe("unavailable");
  });
});

describe("where an issuer's keys are", () => {
  const discovered = { ...RULES, keys: { kind: "discovery", url: `${ISSUER}/configuration`, allowedOrigins: [] } } as const;
  const verifyWith = async (document: object) => {
    const isolate = createIsolate();
    const sign = await isolate.addKey("one");
    isolate.state.documents.set(`${ISSUER}/configuration`, document);
    return { kind: await isolate.verify(await sign(), discovered), asked: isolate.asked };
  };

  it("is read of its own configuration", async () => {
    expect(await verifyWith({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` })).toEqual({
      kind: "verified",
      asked: [`${ISSUER}/configuration`, `${ISSUER}/keys`],
    });
  });

  it.each([
    ["a private host", { issuer: ISSUER, jwks_uri: "https://10.0.0.1/keys" }],
    ["a metadata address", { issuer: ISSUER, jwks_uri: "http://169.254.169.254/keys" }],
    ["plain http", { issuer: ISSUER, jwks_uri: "http://idp.example/keys" }],
    ["nothing", { issuer: ISSUER }],
    ["the keys of another issuer", { issuer: "https://other.example", jwks_uri: `${ISSUER}/keys` }],
  ])("C11 is not followed to %s", async (_, document) => {
    expect(await verifyWith(document)).toEqual({ kind: "unavailable", asked: [`${ISSUER}/configuration`] });
  });
});
