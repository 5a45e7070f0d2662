import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/core/policy/canonical-json.ts";
import { nearestName } from "../../../src/core/policy/nearest-name.ts";
import { variableName } from "../../../src/core/policy/variable-name.ts";

describe("nearestName", () => {
  it("finds the name that was meant", () => {
    expect(nearestName("fallover", ["groups", "failover"])).toBe("failover");
    expect(nearestName("OpenAI", ["ollama", "openai"])).toBe("openai");
  });

  it("stays silent when nothing is near", () => {
    expect(nearestName("completely-else", ["sim", "openai"])).toBeNull();
    expect(nearestName("x", ["ab"])).toBeNull();
    expect(nearestName("a".repeat(1_000), ["a"])).toBeNull();
  });
});

describe("canonicalJson", () => {
  it("does not depend on the order of keys", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] })).toBe(canonicalJson({ b: [{ d: 1, c: 2 }], a: null }));
  });
});

describe("variableName", () => {
  it("is upper case with _ for what is no letter or digit", () => {
    expect(variableName("openai", "api-key")).toBe("OPENAI_API_KEY");
    expect(variableName("team.a", "Token.v2")).toBe("TEAM_A_TOKEN_V2");
  });
});
