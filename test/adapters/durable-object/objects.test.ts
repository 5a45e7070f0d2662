import { describe, expect, it } from "vitest";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";

describe("object namespace", () => {
  it("asks by GET without a body and by POST with one", async () => {
    const { objects, requests } = namespaceThat(() => Response.json({ ok: true }));
    expect(await objects.fetch("t|usage", "/recent?limit=1")).toEqual({ ok: true });
    await objects.fetch("t|usage", "/record", [1]);
    expect(requests.map(({ name, url, init }) => [name, url, init?.method, init?.body])).toEqual([
      ["t|usage", "http://object/recent?limit=1", undefined, undefined],
      ["t|usage", "http://object/record", "POST", "[1]"],
    ]);
  });

  it("gives null for an empty answer", async () => {
    const { objects } = namespaceThat(() => new Response(null, { status: 204 }));
    expect(await objects.fetch("t|usage", "/record", [])).toBeNull();
  });

  it("rejects a refusal and an answer that is no JSON", async () => {
    await expect(namespaceThat(() => new Response("no", { status: 404 })).objects.fetch("t", "/x")).rejects.toThrow(
      "404 to /x: no",
    );
    await expect(namespaceThat(() => new Response("<html>")).objects.fetch("t", "/x")).rejects.toThrow(SyntaxError);
  });

  it("rejects an object that is late", async () => {
    await expect(namespaceThat(answerNever).objects.fetch("t", "/x")).rejects.toThrow(/timeout/i);
  });
});

function answerNever(init: RequestInit | undefined): Promise<Response> {
  return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
}

interface SentRequest {
  readonly name: string;
  readonly url: string;
  readonly init: RequestInit | undefined;
}

function namespaceThat(answer: (init: RequestInit | undefined) => Response | Promise<Response>): {
  readonly objects: ReturnType<typeof createObjectNamespace>;
  readonly requests: readonly SentRequest[];
} {
  const requests: SentRequest[] = [];
  const getByName = (name: string) => ({
    fetch: async (url: string, init?: RequestInit) => {
      requests.push({ name, url, init });
      return answer(init);
    },
  });
  return { objects: createObjectNamespace({ getByName }, 20), requests };
}
