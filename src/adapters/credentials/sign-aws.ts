import { AwsV4Signer } from "aws4fetch";

/** A call to be signed with AWS Signature Version 4. */
export interface AwsCall {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY` or `ACCESS_KEY_ID:SECRET_ACCESS_KEY:SESSION_TOKEN`. */
  readonly secret: string;
  readonly region: string;
  readonly service: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Derived keys, good for a day; see `AwsV4Signer`. */
export type SigningKeys = Map<string, ArrayBuffer>;

/** More credentials than one gateway has in a day. */
const MAX_KEYS = 200;

/**
 * The headers to send: the call's own, and a signature over the address, the body and what AWS itself reads. Headers on the
 * way that are not AWS's are left out of it: a network may change them. Null when the secret is not of the form above.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function signAws(call: AwsCall, keys: SigningKeys): Promise<Readonly<Record<string, string>> | null> {
  const { body, headers, now, region, service, url } = call;
  const [accessKeyId = "", secretAccessKey = "", ...rest] = call.secret.trim().split(":");
  if (accessKeyId === "" || secretAccessKey === "") return null;
  if (keys.size > MAX_KEYS) keys.clear();
  const sessionToken = rest.length === 0 ? {} : { sessionToken: rest.join(":") };
  const signer = new AwsV4Signer({
    method: "POST",
    url,
    body,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-amz-"))),
    accessKeyId,
    secretAccessKey,
    ...sessionToken,
    region,
    service,
    cache: keys,
    datetime: new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
  });
  const signed = await signer.sign();
  return { ...headers, ...Object.fromEntries(signed.headers) };
}
