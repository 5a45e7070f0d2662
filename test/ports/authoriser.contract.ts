import { expect } from "vitest";
import type { AuthorisedCall, Authoriser, ComputedCredential } from "../../src/ports/authoriser.ts";
import { type Fact, itHolds } from "./facts.ts";

/** An authoriser, credentials that it can use and credentials that nobody can. */
export interface AuthoriserRig {
  readonly authoriser: Authoriser;
  readonly works: readonly ComputedCredential[];
  readonly fails: readonly ComputedCredential[];
}

export type CreateAuthoriserRig = () => AuthoriserRig;

const CALL: AuthorisedCall = {
  url: "https://backend.example/model/a%3A0/converse",
  body: '{"messages":[]}',
  headers: { "content-type": "application/json", "x-own": "1" },
};

/** What every authoriser keeps. */
export function authoriserContract(create: CreateAuthoriserRig): void {
  itHolds(authoriserFacts, create);
}

export const authoriserFacts: readonly Fact<CreateAuthoriserRig>[] = [
  {
    title: "keeps the call's headers and adds an authorization",
    check: async (create) => {
      const { authoriser, works } = create();
      for (const credential of works) {
        const answer = await authoriser.authorise(CALL, credential);
        expect(answer).toMatchObject({ kind: "ok", headers: CALL.headers });
        expect(answer.kind === "ok" ? answer.headers["authorization"] : null).toMatch(/^\S+ \S/);
      }
    },
  },
  {
    title: "puts no secret into the headers",
    check: async (create) => {
      const { authoriser, works } = create();
      for (const credential of works) {
        const text = JSON.stringify(await authoriser.authorise(CALL, credential));
        for (const part of secretsIn(credential)) expect(text).not.toContain(part);
      }
    },
  },
  {
    title: "gives the same for the same call at the same time",
    check: async (create) => {
      const { authoriser, works } = create();
      for (const credential of works) {
        const first = await authoriser.authorise(CALL, credential);
        expect(await authoriser.authorise(CALL, credential)).toEqual(first);
      }
    },
  },
  {
    title: "fails with a secret that cannot be used, in words that do not hold it",
    check: async (create) => {
      const { authoriser, fails } = create();
      for (const credential of fails) {
        const answer = await authoriser.authorise(CALL, credential);
        expect(answer.kind).toBe("refused");
        expect(JSON.stringify(answer)).not.toContain(credential.secret);
      }
    },
  },
];

/** What of a credential must never be sent: the key itself. */
function secretsIn({ kind, secret }: ComputedCredential): readonly string[] {
  return kind === "sigv4" ? [secret.split(":")[1] ?? secret] : [secret, "PRIVATE KEY"];
}
