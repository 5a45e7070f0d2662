import { describe, expect, it } from "vitest";
import { readClientCertificate } from "../../../src/http/read-client-certificate.ts";
import { handle } from "../../../src/http/handle.ts";
import { createBindings } from "../../workerd/in-memory.ts";

const SHA256 = "a".repeat(64);
const POLICY = `
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: inside }
spec: { simulator: {} }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: chat }
spec: { models: [{ name: chat }], rules: [{ name: all, groups: [{ name: a, targets: [{ provider: inside, model: sim-small }] }] }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: by-fingerprint }
spec: { certificates: [{ sha256: "${SHA256}" }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: by-names }
spec: { certificates: [{ subject: "CN=orders,O=Acme", issuer: "CN=Acme CA" }], allow: { models: [] } }
`;
/** As Cloudflare has it. @see @cloudflare/workers-types, IncomingRequestCfPropertiesTLSClientAuth */
const VERIFIED = {
  certPresented: "1",
  certVerified: "SUCCESS",
  certRevoked: "0",
  certFingerprintSHA256: SHA256.toUpperCase(),
  certSubjectDNRFC2253: "CN=someone",
  certIssuerDNRFC2253: "CN=Acme CA",
};

/** The models that whoever has this connection may use, or the code of the refusal. */
async function models(
  tlsClientAuth: object | undefined,
  headers: Record<string, string> = {},
): Promise<readonly string[] | string> {
  const deps = await createBindings(POLICY, { send: () => expect.unreachable() });
  const request = new Request("https://router.example.com/v1/models", { headers, cf: { tlsClientAuth } as never });
  const response = await handle(request, deps, { waitUntil: () => undefined });
  const body: { data?: readonly { id: string }[]; error?: { code: string } } = await response.json();
  return body.data?.map(({ id }) => id) ?? body.error?.code ?? "";
}

describe("a client certificate", () => {
  it("is a caller by its fingerprint, or by its names", async () => {
    expect(await models(VERIFIED)).toEqual(["chat"]);
    const named = { ...VERIFIED, certFingerprintSHA256: "b".repeat(64), certSubjectDNRFC2253: "CN=orders,O=Acme" };
    expect(await models(named)).toEqual([]);
    expect(await models({ ...named, certIssuerDNRFC2253: "CN=Another CA" })).toBe("missing_credentials");
  });

  it.each([
    ["not presented", { ...VERIFIED, certPresented: "0" }],
    ["not verified", { ...VERIFIED, certVerified: "FAILED:self signed certificate" }],
    ["revoked", { ...VERIFIED, certRevoked: "1" }],
    ["nobody's", { ...VERIFIED, certFingerprintSHA256: "c".repeat(64) }],
    ["absent", undefined],
  ])("that is %s is none", async (_, tls) => {
    expect(await models(tls)).toBe("missing_credentials");
  });

  it("is read of the connection, never of a header", async () => {
    expect(readClientCertificate(undefined)).toBeNull();
    const headers = { "cf-client-cert-sha256": SHA256, "cf-client-cert-verified": "SUCCESS", "client-cert": ":MII=:" };
    expect(await models(undefined, headers)).toBe("missing_credentials");
  });

  it("does not stand in for a credential that is wrong", async () => {
    expect(await models(VERIFIED, { authorization: "Bearer fl_live_wrong" })).toBe("invalid_api_key");
  });
});
