import { describe, expect, it } from "vitest";
import { readCredential } from "../../../src/core/http/read-credential.ts";

type Rows = [string, string][];

describe("one credential", () => {
  it.each<[string, Rows]>([
    ["bearer", [["authorization", "Bearer k1"]]],
    ["bearer in another case", [["authorization", "bEARER   k1"]]],
    ["Anthropic", [["x-api-key", "k1"]]],
    ["Google", [["x-goog-api-key", "k1"]]],
    ["Azure", [["api-key", "k1"]]],
    [
      "the same key twice",
      [
        ["authorization", "Bearer k1"],
        ["x-api-key", "k1"],
      ],
    ],
    [
      "an empty bearer beside a key",
      [
        ["authorization", "Bearer "],
        ["x-api-key", "k1"],
      ],
    ],
    [
      "an empty header beside a key",
      [
        ["authorization", "Bearer k1"],
        ["x-api-key", ""],
      ],
    ],
  ])("%s", (_title, rows) => {
    expect(readCredential(new Headers(rows))).toEqual({ kind: "ok", text: "k1", isInAddress: false });
  });

  it("says when it stands in the address", () => {
    expect(readCredential(new Headers(), "key=k1")).toEqual({ kind: "ok", text: "k1", isInAddress: true });
  });

  it("is handed on as it came, whatever it holds (D02)", () => {
    expect(readCredential(new Headers({ authorization: "Bearer ' OR 1=1--" }))).toMatchObject({ kind: "ok", text: "' OR 1=1--" });
  });
});

describe("no credential", () => {
  it.each<[string, Rows]>([
    ["D01 nothing", []],
    ["an empty bearer", [["authorization", "Bearer"]]],
    ["another scheme", [["authorization", "Basic dXNlcjpwdw=="]]],
    ["a key without a scheme", [["authorization", "k1"]]],
    ["a cookie", [["cookie", "authorization=k1"]]],
  ])("%s", (_title, rows) => {
    expect(readCredential(new Headers(rows))).toMatchObject({ code: "missing_credentials" });
  });
});

describe("more than one credential", () => {
  it.each<[string, Rows]>([
    [
      "D06 bearer and x-api-key",
      [
        ["authorization", "Bearer k1"],
        ["x-api-key", "k2"],
      ],
    ],
    [
      "D06 two key headers",
      [
        ["api-key", "k1"],
        ["x-goog-api-key", "k2"],
      ],
    ],
    [
      "D06 another scheme and a key",
      [
        ["authorization", "Basic dXNlcjpwdw=="],
        ["x-api-key", "k1"],
      ],
    ],
    [
      "D07 two authorization headers",
      [
        ["authorization", "Bearer k1"],
        ["authorization", "Bearer k2"],
      ],
    ],
    [
      "D07 the same one twice",
      [
        ["authorization", "Bearer k1"],
        ["authorization", "Bearer k1"],
      ],
    ],
    [
      "two x-api-key headers",
      [
        ["x-api-key", "k1"],
        ["x-api-key", "k2"],
      ],
    ],
  ])("%s", (_title, rows) => {
    expect(readCredential(new Headers(rows))).toMatchObject({ code: "ambiguous_credentials" });
  });

  it("is never repeated in the message", () => {
    const refused = readCredential(new Headers({ authorization: "Bearer secret1", "x-api-key": "secret2" }));
    expect(JSON.stringify(refused)).not.toContain("secret");
  });
});
