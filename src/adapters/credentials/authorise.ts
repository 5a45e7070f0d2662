import type { Authorisation, AuthorisedCall, Authoriser, ComputedCredential } from "../../ports/authoriser.ts";
import { createGoogleTokens, type CredentialDeps } from "./google-token.ts";
import { signAws, type SigningKeys } from "./sign-aws.ts";

/** Credentials computed with Web Crypto; tokens and derived keys are kept in the isolate. */
export function createAuthoriser(deps: CredentialDeps): Authoriser {
  const tokens = createGoogleTokens(deps);
  const keys: SigningKeys = new Map();
  return {
    async authorise(call, credential) {
      switch (credential.kind) {
        case "sigv4":
          return sign(call, credential, { keys, now: deps.now() });
        case "google-service-account": {
          const answer = await tokens.get(credential.secret);
          if (answer.kind !== "ok") return answer;
          return { kind: "ok", headers: { ...call.headers, authorization: `Bearer ${answer.token}` } };
        }
      }
    },
  };
}

interface Signing {
  readonly keys: SigningKeys;
  readonly now: number;
}

type AwsCredential = Extract<ComputedCredential, { readonly kind: "sigv4" }>;

async function sign(call: AuthorisedCall, credential: AwsCredential, { keys, now }: Signing): Promise<Authorisation> {
  const { region, secret, service } = credential;
  try {
    const headers = await signAws({ ...call, secret, region, service, now }, keys);
    if (headers !== null) return { kind: "ok", headers };
  } catch {
    return { kind: "refused", message: "The call could not be signed." };
  }
  return { kind: "refused", message: "The secret is not of the form ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]." };
}
