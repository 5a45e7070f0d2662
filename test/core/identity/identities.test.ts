import { describe, expect, it } from "vitest";
import { readClaim } from "../../../src/core/identity/claims.ts";
import { Identities } from "../../../src/core/identity/identities.ts";
import { VerifiedTokens } from "../../../src/core/identity/verified-tokens.ts";
import { compileFiles, expectCompiled } from "../policy/compile-files.ts";

const POLICY = `
apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: edge }
spec:
  authentication:
    jwt:
      - name: corp
        issuer: https://idp.example
        audiences: [fairlead]
        claimMappings: { consumer: /ext/app, roles: /realm_access/roles, tags: { team: department, tier: level } }
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: orders }
spec: { roles: [writer], tags: { tier: gold }, tokens: [{ issuer: corp, claims: { azp: orders } }, { issuer: corp, claims: { groups: shop } }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: admins }
spec: { tokens: [{ issuer: corp, claims: { azp: console, groups: admins } }] }
`;

const { gateway, consumers } = expectCompiled(await compileFiles([{ path: "policy.yaml", text: POLICY }]));
const identities = new Identities(gateway.authentication, consumers);
const issuer = identities.issuerOf("https://idp.example") ?? expect.unreachable();
const callerOf = (claims: Readonly<Record<string, unknown>>) => identities.callerOf(issuer, { sub: "alice", ...claims });

describe("whose token it is", () => {
  it.each([
    ["a claim", { azp: "orders" }, "orders"],
    ["an entry of a list", { groups: ["other", "shop"] }, "orders"],
    ["several claims", { azp: "console", groups: ["admins"] }, "admins"],
    ["the name it states, where nothing else matches", { ext: { app: "admins" } }, "admins"],
  ])("is found by %s", (_, claims, consumer) => {
    expect(callerOf(claims)).toMatchObject({ kind: "found", caller: { tenant: "default", consumer, keyId: "jwt:corp:alice" } });
  });

  it.each([
    ["another value", { azp: "order" }],
    ["part of what is asked for", { azp: "console" }],
    ["a list where a text is asked for, without it", { azp: ["other"] }],
    ["the name of nobody", { ext: { app: "nobody" } }],
    ["an inherited name", { ext: { app: "__proto__" } }],
    ["a name that leads elsewhere", { ext: { app: "../default/orders" } }],
  ])("is nobody's with %s", (_, claims) => {
    expect(callerOf(claims)).toEqual({ kind: "none" });
  });

  it("is nobody's when it could be two consumers'", () => {
    expect(callerOf({ azp: "console", groups: ["admins", "shop"] })).toMatchObject({ kind: "ambiguous" });
  });

  it("adds roles and tags to the consumer's, whose own tags win", () => {
    const claims = {
      azp: "orders",
      department: "finance",
      level: "bronze",
      realm_access: { roles: ["reader", "writer", "No Role"] },
    };
    expect(callerOf(claims)).toMatchObject({
      caller: { roles: ["writer", "reader"], tags: { team: "finance", tier: "gold" } },
    });
  });

  it("is no issuer's but the one whose name it states to the letter (D18)", () => {
    for (const iss of [
      "https://idp.example/",
      "https://IDP.example",
      "https://idp.example ",
      undefined,
      ["https://idp.example"],
    ]) {
      expect(identities.issuerOf(iss)).toBeNull();
    }
  });
});

describe("a claim", () => {
  it("is a name or a pointer, and never what is inherited", () => {
    const claims = { "https://a.example/role": "x", a: { "b/c": ["d"], "~": 1 } };
    expect(readClaim(claims, "https://a.example/role")).toBe("x");
    expect(readClaim(claims, "/a/b~1c/0")).toBe("d");
    expect(readClaim(claims, "/a/~0")).toBe(1);
    for (const claim of ["toString", "/a/constructor", "/a/b~1c/length/x", "/b"])
      expect(readClaim(claims, claim)).toBeUndefined();
  });
});

describe("verified tokens", () => {
  it("are known by the whole token, and no longer than said", () => {
    const tokens = new VerifiedTokens<string>();
    tokens.put("aaaa", "alice", 1_000);
    expect([tokens.get("aaaa", 999), tokens.get("aaaa", 1_000), tokens.get("aaab", 0)]).toEqual(["alice", null, null]);
  });

  it("are bounded", () => {
    const tokens = new VerifiedTokens<number>();
    for (let index = 0; index <= 10_000; index += 1) tokens.put(String(index), index, 1);
    expect([tokens.get("0", 0), tokens.get("1", 0), tokens.get("10000", 0)]).toEqual([null, 1, 10_000]);
  });
});
