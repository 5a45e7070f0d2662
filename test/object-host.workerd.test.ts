import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { WORKER } from "../src/adapters/bindings.ts";
import { createObjectNamespace, type ObjectNamespace } from "../src/adapters/durable-object/objects.ts";
import { createRemoteObjectNamespace } from "../src/adapters/durable-object/remote-objects.ts";
import { createDurableUsageSink } from "../src/adapters/durable-object/usage-sink.ts";
import host, * as hostModule from "../src/object-host.ts";
import { usageEvent } from "./ports/usage-event.ts";
import { usageSinkContract } from "./ports/usage-sink.contract.ts";

const HOST_ENV = Object.fromEntries(
  WORKER.objects.map(({ binding }) => [binding, Reflect.get(env, binding) as DurableObjectNamespace]), // the table's bindings
);
const NO_OBJECT = "No such object.";

describe("object host", () => {
  it("has every class that the Worker is bound to", async () => {
    expect(Object.keys(hostModule)).toEqual(expect.arrayContaining(WORKER.objects.map(({ className }) => className)));
    for (const { className } of WORKER.objects) {
      expect(await (await ask(`/${className}/somebody/nowhere`)).text(), className).not.toBe(NO_OBJECT);
    }
  });

  it.each(["a%7Cb|usage", "gold|usage", "ü/?#&=+ |usage", "100 %"])("reaches the object named %s, and no other", async (name) => {
    const [remote, bound] = [remoteObjects("UsageLog"), createObjectNamespace(env.USAGE_LOG)];
    const events = [usageEvent({ requestId: name })];
    await remote.fetch(name, `/record?batch=${crypto.randomUUID()}&count=1`, events);
    expect(await bound.fetch(name, "/recent?limit=3")).toEqual(events);
    expect(await remote.fetch(name, "/recent?limit=3")).toEqual(events);
    expect(await remote.fetch(`${name}2`, "/recent?limit=3")).toEqual([]);
  });

  it("passes on what an object refuses", async () => {
    const refused = remoteObjects("UsageLog").fetch("t|usage", "/recent?limit=many");
    await expect(refused).rejects.toThrow("The object answered 400 to /recent?limit=many: limit must be a whole number.");
  });

  it("knows no other class and no other address", async () => {
    await expect(remoteObjects("Elsewhere").fetch("t", "/x")).rejects.toThrow(NO_OBJECT);
    for (const path of ["/", "/UsageLog", "/UsageLog/name", "/UsageLog/%ff/recent", "/toString/name/recent"]) {
      expect([path, await (await ask(path)).text()]).toEqual([path, NO_OBJECT]);
    }
  });

  it.each(["origin", "sec-fetch-site"])("answers no web page, which %s gives away", async (header) => {
    for (const path of ["/UsageLog/default%7Cusage/recent", "/readyz"]) {
      expect((await ask(path)).status).toBe(200);
      expect((await ask(path, { [header]: "https://example.com" })).status).toBe(403);
    }
  });
});

describe("usage sink over an object host", () => {
  usageSinkContract(() => createDurableUsageSink(remoteObjects("UsageLog"), { flushIntervalMs: 5 }));
});

/** A class as a router has it that shares the host. */
function remoteObjects(className: string): ObjectNamespace {
  const fetcher = { fetch: async (url: string, init?: RequestInit) => host.fetch(new Request(url, init), HOST_ENV) };
  return createRemoteObjectNamespace(fetcher, className);
}

async function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return host.fetch(new Request(`http://127.0.0.1:8788${path}`, { headers }), HOST_ENV);
}
