import type { ClientCertificate } from "../core/identity/identities.ts";
import { isRecord } from "../core/json/is-record.ts";

/**
 * The client certificate in what Cloudflare says of a connection (`request.cf`): verified against a CA of the zone, and not
 * revoked. Plain workerd has no such thing, and no header is believed instead.
 * @see https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties
 */
export function readClientCertificate(cf: unknown): ClientCertificate | null {
  const tls = isRecord(cf) ? cf["tlsClientAuth"] : null;
  if (!isRecord(tls) || tls["certPresented"] !== "1" || tls["certVerified"] !== "SUCCESS" || tls["certRevoked"] === "1")
    return null;
  const { certFingerprintSHA256: sha256, certIssuerDNRFC2253: issuer, certSubjectDNRFC2253: subject } = tls;
  if (typeof sha256 !== "string" || typeof issuer !== "string" || typeof subject !== "string" || sha256 === "") return null;
  return { sha256: sha256.toLowerCase(), subject, issuer };
}
