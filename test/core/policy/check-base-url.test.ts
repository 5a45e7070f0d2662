import { describe, expect, it } from "vitest";
import { checkBaseUrl, checkOrigin } from "../../../src/core/policy/check-base-url.ts";
import { classifyHost } from "../../../src/core/policy/classify-host.ts";

const NOTHING_ALLOWED: ReadonlySet<string> = new Set();

function codeOf(url: string): string {
  const checked = checkBaseUrl(url, NOTHING_ALLOWED);
  return checked.kind === "refused" ? checked.code : "accepted";
}

describe("a base URL", () => {
  it.each([
    ["https://api.openai.com/v1", "https://api.openai.com/v1"],
    ["https://API.OpenAI.com/v1/", "https://api.openai.com/v1"],
    ["https://llm.example.com", "https://llm.example.com"],
    ["https://llm.example.com:443/v1", "https://llm.example.com/v1"],
    ["https://[2606:4700::1111]/v1", "https://[2606:4700::1111]/v1"],
    ["https://8.8.8.8/v1", "https://8.8.8.8/v1"],
  ])("%s is accepted as %s", (text, baseUrl) => {
    expect(checkBaseUrl(text, NOTHING_ALLOWED)).toMatchObject({ kind: "accepted", baseUrl, isPlainPublic: false });
  });

  it.each([
    // attack C02
    ["http://127.1/", "private_address"],
    ["http://2130706433/", "private_address"],
    ["http://0x7f000001/", "private_address"],
    ["http://0177.0.0.1/", "private_address"],
    ["http://0/", "private_address"],
    // attack C03
    ["http://１２７.０.０.１/", "ambiguous_host"],
    ["http://127。0。0。1/", "ambiguous_host"],
    ["http://①②⑦.⓪.⓪.①/", "ambiguous_host"],
    // attack C04
    ["http://[::1]/", "private_address"],
    ["http://[::]/", "private_address"],
    ["http://[::ffff:127.0.0.1]/", "private_address"],
    ["https://[::ffff:8.8.8.8]/", "private_address"],
    ["http://[::ffff:a9fe:a9fe]/", "metadata_address"],
    ["http://[64:ff9b::7f00:1]/", "private_address"],
    ["http://[64:ff9b::a9fe:a9fe]/", "metadata_address"],
    ["http://[fd00:ec2::254]/", "metadata_address"],
    ["https://[fd12:3456::1]/", "private_address"],
    ["http://[fe80::1]/", "metadata_address"],
    ["https://[2002:7f00:1::]/", "private_address"],
    ["https://[2001:db8::1]/", "private_address"],
    ["https://[ff02::1]/", "private_address"],
    // attack C05
    ["http://localhost./", "private_address"],
    ["https://localhost", "private_address"],
    ["https://foo.localhost", "private_address"],
    ["https://metadata.google.internal", "metadata_address"],
    ["https://kubernetes.default.svc", "private_address"],
    ["https://api.default.svc.cluster.local", "private_address"],
    ["https://169.254.169.254.nip.io", "metadata_address"],
    ["https://app-10-0-0-1.sslip.io", "private_address"],
    ["https://router", "private_address"],
    // attack C06
    ["https://api.openai.com@evil.com/", "url_credentials"],
    ["https://api.openai.com\t.evil.com/", "ambiguous_host"],
    ["https://api.openai.com%2eevil.com/", "ambiguous_host"],
    ["https://аpi.openai.com", "ambiguous_host"],
    ["https://api.openai.com\\.evil.com", "ambiguous_host"],
    ["https://api.openai.com\n.evil.com", "ambiguous_host"],
    ["https://api.openai.com./v1", "ambiguous_host"],
    ["https://llm.example.com/v1\\..\\admin", "invalid_url"],
    ["https://llm.example.com/v1/%2e%2e/admin", "invalid_url"],
    ["https://llm.example.com//evil.com", "invalid_url"],
    // attack C07
    ["http://llm.example.com", "insecure_url"],
    ["javascript:alert(1)", "invalid_url"],
    ["file:///etc/passwd", "invalid_url"],
    ["gopher://llm.example.com", "invalid_url"],
    ["data:text/plain,x", "invalid_url"],
    ["//llm.example.com", "invalid_url"],
    [" https://llm.example.com", "invalid_url"],
    ["https:llm.example.com", "invalid_url"],
    ["https:///llm.example.com", "invalid_url"],
    // attack C08
    ["https://llm.example.com:0", "invalid_url"],
    ["https://llm.example.com:22", "port_not_allowed"],
    ["https://llm.example.com:6379", "port_not_allowed"],
    ["https://llm.example.com:65536", "invalid_url"],
    ["https://llm.example.com:80", "port_not_allowed"],
  ])("%j is refused as %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("may be private, plain or on another port only where its exact origin is named", () => {
    const allowed = new Set(["http://10.0.0.7:8000", "http://llm.example.com", "http://169.254.169.254"]);
    expect(checkBaseUrl("http://10.0.0.7:8000/v1", allowed)).toMatchObject({
      kind: "accepted",
      origin: "http://10.0.0.7:8000",
      isPlainPublic: false,
    });
    expect(checkBaseUrl("http://llm.example.com/v1", allowed)).toMatchObject({ kind: "accepted", isPlainPublic: true });
    expect(checkBaseUrl("http://10.0.0.7:8001/v1", allowed)).toMatchObject({ code: "private_address" });
    expect(checkBaseUrl("https://10.0.0.7:8000/v1", allowed)).toMatchObject({ code: "private_address" });
    expect(checkBaseUrl("http://169.254.169.254/", allowed)).toMatchObject({ code: "metadata_address" });
  });
});

describe("an allowed origin", () => {
  it("is scheme, host and port, canonical, and never a metadata address", () => {
    expect(checkOrigin("http://LOCALHOST:8000")).toEqual({ kind: "accepted", origin: "http://localhost:8000" });
    expect(checkOrigin("http://localhost:8000/")).toMatchObject({ kind: "accepted" });
    expect(checkOrigin("http://localhost:8000/v1")).toMatchObject({ code: "invalid_url" });
    expect(checkOrigin("http://127.1")).toMatchObject({ kind: "refused" });
    expect(checkOrigin("http://metadata.goog")).toMatchObject({ code: "metadata_address" });
    expect(checkOrigin("*")).toMatchObject({ code: "invalid_url" });
  });
});

describe("classifyHost", () => {
  it.each([
    ["172.15.255.255", "public"],
    ["172.16.0.0", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.0", "public"],
    ["100.63.255.255", "public"],
    ["100.64.0.1", "private"],
    ["100.100.100.200", "metadata"],
    ["223.255.255.255", "public"],
    ["224.0.0.1", "private"],
    ["255.255.255.255", "private"],
    ["internal.example.com", "public"],
    ["example.internal", "private"],
  ])("finds %s %s", (host, expected) => {
    expect(classifyHost(host)).toBe(expected);
  });
});
