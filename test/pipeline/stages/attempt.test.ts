import { expect, it } from "vitest";
import { type AttemptInput, send } from "../../../src/pipeline/stages/attempt.ts";
import { credential, target } from "../../core/routing/routing-fixtures.ts";

/** Addresses that one attempt with a credential of https://llm.example.com really asks. */
async function askedAt(url: string): Promise<readonly string[]> {
  const asked: string[] = [];
  const upstream = {
    send: async (call: { readonly url: string }) => {
      asked.push(call.url);
      return new Response();
    },
  };
  const authoriser = { authorise: () => expect.unreachable() };
  const sent = { url, body: "{}", headers: null };
  // What sending looks at; the rest of an attempt does not matter here.
  const input = { credential: credential("main"), target: target("keyed/m"), sent, hops: 0 } as unknown as AttemptInput;
  await send(input, null, { upstream, authoriser });
  return asked;
}

it("a credential is sent to its own origin", async () => {
  const url = "https://llm.example.com/v1/chat/completions";
  await expect(askedAt(url)).resolves.toEqual([url]);
});

it.each([
  "https://llm.example.com.evil.test/v1",
  "https://llm.example.com:8443/v1",
  "http://llm.example.com/v1",
  "https://llm.example.com@evil.test/",
])("a credential is not sent to %s", async (url) => {
  await expect(async () => askedAt(url)).rejects.toThrow(/sent nowhere else/u);
});
