import type { CompiledAuth } from "../core/policy/compiled.ts";

/** What the credential is computed for: the call as it will be sent. */
export interface AuthorisedCall {
  readonly url: string;
  readonly body: string;
  /** Without a credential; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A credential that is no header by itself, with its secret. */
export type ComputedCredential = Exclude<CompiledAuth, { readonly kind: "header" }> & { readonly secret: string };

/** `headers` are the call's own and those of the credential. */
export type Authorisation = { readonly kind: "ok"; readonly headers: Readonly<Record<string, string>> } | NotAuthorised;

/**
 * `refused`: the secret cannot be used, or whoever gives tokens for it says no. `unreachable`: nobody has said anything of
 * it. `message` never holds a secret.
 */
export interface NotAuthorised {
  readonly kind: "refused" | "unreachable";
  readonly message: string;
}

/**
 * Computes the credential of one call: a signature over it, or a token obtained for it. It never rejects, and it does not
 * wait for long. No secret is in the headers.
 */
export interface Authoriser {
  authorise(call: AuthorisedCall, credential: ComputedCredential): Promise<Authorisation>;
}
