import { toBase64Url } from "../base64-url.ts";
import { BoundedMap } from "../bounded-map.ts";

const encoder = new TextEncoder();
const MOST_TENANTS = 1_000;

/** What is made of the cache's secret for each tenant: names tell nothing to who has not its key, and no two tenants share any. */
export class TenantSecrets {
  readonly #names: BoundedMap<Promise<CryptoKey>>;
  readonly #contents: BoundedMap<Promise<string>>;

  /** `secret`: at least 32 bytes, the deployment's own. */
  constructor(secret: Uint8Array<ArrayBuffer>) {
    const base = crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const derive = async (purpose: string, tenant: string): Promise<Uint8Array<ArrayBuffer>> => {
      const info = encoder.encode(`fairlead cache ${purpose} ${tenant}`);
      const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
      return new Uint8Array(await crypto.subtle.deriveBits(parameters, await base, 256));
    };
    this.#names = new BoundedMap(MOST_TENANTS, (tenant) => derive("names", tenant).then(toNamesKey));
    this.#contents = new BoundedMap(MOST_TENANTS, (tenant) => derive("contents", tenant).then(toBase64Url));
  }

  /** The HMAC key of a tenant's names. */
  names(tenant: string): Promise<CryptoKey> {
    return this.#names.use(tenant);
  }

  /** 32 bytes in base64url, which a tenant's answers are encrypted with where they are kept. */
  contents(tenant: string): Promise<string> {
    return this.#contents.use(tenant);
  }
}

function toNamesKey(bits: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bits, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
