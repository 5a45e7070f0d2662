import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { askRouter, type Heard, readUsage } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, unwatchedProvider } from "../faults/policy-objects.ts";
import { type FleetLab, startFleetLab } from "../routing/fleet-lab.ts";
import { createCaller, type NewCaller } from "../routing/new-caller.ts";
import { group, ruled } from "../routing/rule-objects.ts";

const CONSUMERS: Readonly<Record<string, PolicyObject>> = {
  everything: {},
  first: { allow: { providers: ["first"] } },
  neither: { allow: { providers: ["elsewhere"] } },
  writer: { roles: ["writer"] },
  plain: { allow: { features: [] } },
  former: { allow: { models: ["x"], expires: "2020-01-01T00:00:00Z" } },
};
const ROLES = [{ name: "writer", allow: [{ models: ["x"], features: ["stream", "tools"] }], block: [{ providers: ["first"] }] }];
const TOOLS = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];

let lab: FleetLab;
const callers = new Map<string, NewCaller>();
beforeAll(async () => {
  const identity = createIdentity();
  for (const name of Object.keys(CONSUMERS)) callers.set(name, await createCaller(name, identity.pepper));
  lab = await startFleetLab({
    processes: 1,
    identity,
    objects: ({ url }) => [
      gateway([url], { roles: ROLES }),
      unwatchedProvider("first", url),
      unwatchedProvider("second", url),
      ruled("x", { groups: [group("a", ["first/calm"]), group("b", ["second/calm"])], cache: { exact: { ttl: "1h" } } }),
      ruled("y", { groups: [group("a", ["second/calm"])] }),
      ...[...callers.values()].map(({ name, object }) => withSpec(object, CONSUMERS[name] ?? {})),
    ],
  });
});
afterAll(() => lab.close());

function withSpec(object: PolicyObject, spec: PolicyObject): PolicyObject {
  return { ...object, spec: { ...(object["spec"] as PolicyObject), ...spec } }; // `consumer` writes it
}

function ask(name: string, more: object = {}): Promise<Heard> {
  const body = { model: "x", messages: [{ role: "user", content: "Where is the harbour?" }], ...more };
  return askRouter({ url: lab.router(0).url, key: callers.get(name)?.key ?? "" }, body);
}

/** What `plain` is answered on any surface. */
async function statusOf(path: string, more: object): Promise<number> {
  const headers = { authorization: `Bearer ${callers.get("plain")?.key}`, "content-type": "application/json" };
  const body = JSON.stringify({ model: "x", ...more });
  return (await fetch(`${lab.router(0).url}${path}`, { method: "POST", headers, body })).status;
}

const codeOf = ({ body }: Heard): string => JSON.parse(body.toString()).error.code;

describe("what a caller may use", () => {
  it("is asked where it may, and passed over where it may not", async () => {
    const heard = [await ask("everything"), await ask("first"), await ask("writer")];
    expect(heard.map(({ headers }) => headers["x-fairlead-target"])).toEqual(["first/calm", "first/calm", "second/calm"]);
  });

  it("leaves nobody to ask, and that is said", async () => {
    const heard = await ask("neither");
    expect([heard.status, codeOf(heard), heard.headers["x-fairlead-attempts"]]).toEqual([403, "target_not_allowed", "0"]);
  });

  it("is models, by roles too, and others are not there", async () => {
    expect((await ask("writer", { tools: TOOLS })).status).toBe(200);
    const heard = [await ask("writer", { model: "y" }), await ask("former"), await ask("former", { model: "nobody" })];
    expect(heard.map((each) => [each.status, codeOf(each)])).toEqual(heard.map(() => [404, "model_not_found"]));
    const { url } = lab.router(0);
    const listed = async (name: string) => {
      const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${callers.get(name)?.key}` } });
      const { data }: { data: readonly { readonly id: string }[] } = JSON.parse(await answer.text());
      return data.map(({ id }) => id);
    };
    expect([await listed("everything"), await listed("writer"), await listed("former")]).toEqual([["x", "y"], ["x"], []]);
  });

  it("is features, whatever the model could do", async () => {
    const heard = [await ask("plain", { tools: TOOLS }), await ask("plain", { stream: true })];
    expect(heard.map((each) => [each.status, codeOf(each)])).toEqual(heard.map(() => [403, "feature_not_allowed"]));
    expect(JSON.parse((heard[0] ?? expect.unreachable()).body.toString()).error.message).toContain("tools");
    // What is not understood might be anything.
    for (const part of [{ type: "unheard_of" }, { type: "image_url", image_url: 7 }]) {
      const heardOf = await ask("plain", { messages: [{ role: "user", content: [part] }] });
      expect([heardOf.status, codeOf(heardOf)]).toEqual([403, "feature_not_allowed"]);
    }
    expect((await ask("plain")).status).toBe(200);
  });

  it("is features on every surface, also of fields that nobody here knows", async () => {
    const message = { max_tokens: 9, messages: [{ role: "user", content: "Where is the harbour?" }] };
    const server = { type: "url", url: "https://a.example", name: "a" };
    const chat = [{}, { thinking: { type: "enabled" } }, { modalities: ["text", "audio"], audio: { voice: "v", format: "wav" } }];
    const statuses = [
      ...chat.map((more) => statusOf("/v1/chat/completions", { ...message, ...more })),
      ...[{}, { mcp_servers: [server] }, { container: { skills: [] } }].map((more) =>
        statusOf("/v1/messages", { ...message, ...more }),
      ),
    ];
    expect(await Promise.all(statuses)).toEqual([200, 403, 403, 200, 403, 403]);
  });

  it("reached no upstream where it was denied", async () => {
    lab.upstream.reset();
    await Promise.all([ask("neither"), ask("former"), ask("plain", { stream: true })]);
    expect(lab.upstream.attempts()).toEqual([]);
    expect((await readUsage(lab.router(0))).map(({ consumer }) => consumer)).not.toContain("neither");
  });
});
