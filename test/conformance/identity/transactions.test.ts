import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { startTokenIssuer, type TokenIssuer } from "../../rigs/token-issuer/token-issuer.ts";
import { askRouter, type Heard, readUsage } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, unwatchedProvider } from "../faults/policy-objects.ts";
import { type FleetLab, startFleetLab } from "../routing/fleet-lab.ts";
import { createCaller, type NewCaller } from "../routing/new-caller.ts";
import { group, ruled } from "../routing/rule-objects.ts";

const DOMAIN = "example.internal";
const TOOL = { type: "function", function: { name: "search", parameters: { type: "object" } } };

let issuer: TokenIssuer;
let lab: FleetLab;
let caller: NewCaller;
beforeAll(async () => {
  issuer = await startTokenIssuer();
  const identity = createIdentity();
  caller = await createCaller("app", identity.pepper);
  const transactionTokens = {
    trustDomain: DOMAIN,
    jwksURI: issuer.jwksURI,
    scopes: [
      { name: "llm.chat", allow: [{ models: ["x", "y"], features: ["tools"] }] },
      { name: "llm.all", allow: [{}] },
    ],
    tags: { "data-class": "/tctx/data_class" },
    restrictions: { maxTokens: "/tctx/max_tokens", budgetUsd: "/tctx/budget", tools: "/tctx/tools", models: "/tctx/models" },
  };
  lab = await startFleetLab({
    processes: 1,
    identity,
    objects: ({ url }) => [
      gateway([url, issuer.url], { authentication: { transactionTokens } }),
      withSpec(unwatchedProvider("inside", url), { trustDomain: DOMAIN }),
      withSpec(unwatchedProvider("other", url), { trustDomain: "other.internal" }),
      withSpec(unwatchedProvider("outside", url), {
        models: [{ name: "*", price: { inputPerMillion: "1", outputPerMillion: "1000" } }],
      }),
      ruled("x", { groups: [group("a", ["inside/calm"])] }),
      ruled("y", { groups: [group("a", ["outside/calm"])] }),
      ruled("z", { groups: [group("a", ["other/calm"])] }),
      ruled("secret", { matches: [{ tags: { "data-class": "secret" } }], groups: [group("a", ["inside/calm"])] }),
      caller.object,
    ],
  });
});
afterAll(async () => {
  await lab.close();
  await issuer.close();
});

function withSpec(object: PolicyObject, spec: PolicyObject): PolicyObject {
  return { ...object, spec: { ...(object["spec"] as PolicyObject), ...spec } }; // `unwatchedProvider` writes it
}

function token(claims: object = {}): Promise<string> {
  const usual = { aud: DOMAIN, txn: randomUUID(), scope: "llm.chat", req_wl: "gateway", azp: undefined };
  return issuer.sign({ claims: { ...usual, ...claims }, header: { typ: "txntoken+jwt" } });
}

function ask(txn: string | null, more: object = {}): Promise<Heard> {
  const body = { model: "x", messages: [{ role: "user", content: "Where is the harbour?" }], ...more };
  return askRouter({ url: lab.router(0).url, key: caller.key }, body, { headers: txn === null ? {} : { "Txn-Token": txn } });
}

const codeOf = ({ body }: Heard): string => JSON.parse(body.toString()).error.code;
const within = async (claims: object, more: object = {}): Promise<readonly [number, string | null]> => {
  const heard = await ask(await token(claims), more);
  return [heard.status, heard.status === 200 ? null : codeOf(heard)];
};
const GOOD = [200, null];

describe("a transaction token", () => {
  it("is passed on as it came inside its trust domain, and to nobody else", async () => {
    lab.upstream.reset();
    const [txn, wide] = [await token(), await token({ scope: "llm.all" })];
    const heard = [await ask(txn), await ask(txn, { model: "y" }), await ask(wide, { model: "z" }), await ask(null)];
    expect(heard.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(lab.upstream.attempts().map(({ headers }) => headers["txn-token"])).toEqual([txn, undefined, undefined, undefined]);
  });

  it("stands in the usage log by its id, and never itself", async () => {
    const txn = await token({ txn: "txn-of-a-row", sub: "bob" });
    expect((await ask(txn)).status).toBe(200);
    const rows = await readUsage(lab.router(0));
    expect(rows.map(({ transaction }) => transaction)).toContainEqual({
      id: "txn-of-a-row",
      subject: "bob",
      workload: "gateway",
    });
    expect(JSON.stringify(rows)).not.toContain(txn.slice(0, 40));
  });

  it("lets its scopes be used, and no others", async () => {
    expect(await within({}, { model: "z" })).toEqual([403, "insufficient_scope"]);
    expect(await within({}, { stream: true })).toEqual([403, "insufficient_scope"]);
    expect(await within({ scope: "other llm.chat" }, { tools: [TOOL] })).toEqual(GOOD);
    expect(await within({ scope: "llm.chat llm.all" }, { model: "z" })).toEqual(GOOD);
    expect(await within({ scope: "llm.chat.more" })).toEqual([403, "insufficient_scope"]);
  });

  it("restricts answers, tools and models", async () => {
    const tctx = { max_tokens: 100, tools: ["find"], models: ["x"] };
    expect(await within({ tctx }, { max_tokens: 100 })).toEqual(GOOD);
    expect(await within({ tctx }, { max_tokens: 101 })).toEqual([403, "exceeds_transaction"]);
    expect(await within({ tctx })).toEqual([403, "exceeds_transaction"]);
    expect(await within({ tctx }, { max_tokens: 1, tools: [TOOL] })).toEqual([403, "exceeds_transaction"]);
    expect(await within({ scope: "llm.all", tctx }, { max_tokens: 1, mcp_servers: [{}] })).toEqual([403, "exceeds_transaction"]);
    expect(await within({ tctx }, { max_tokens: 1, tools: [{ type: "function" }] })).toEqual([403, "insufficient_scope"]);
    expect(await within({ tctx }, { max_tokens: 1, model: "y" })).toEqual([403, "insufficient_scope"]);
    expect(await within({ tctx: { max_tokens: "many" } })).toEqual([401, "invalid_txn_token"]);
  });

  it("has a budget over all its requests", async () => {
    const txn = await token({ tctx: { budget: "0.02" } });
    const heard: Heard[] = [];
    for (let request = 0; request < 20; request += 1) heard.push(await ask(txn, { model: "y", max_tokens: 5 }));
    const refused = heard.filter(({ status }) => status !== 200);
    expect(heard[0]?.status).toBe(200);
    expect(refused.map(codeOf)).toContain("rate_limit_exceeded");
    expect(await within({ tctx: { budget: "0.02" } }, { model: "y" })).toEqual(GOOD);
  });

  it("gives tags that rules match", async () => {
    const asked = { model: "secret" };
    expect(await within({ scope: "llm.all", tctx: { data_class: "secret" } }, asked)).toEqual(GOOD);
    expect(await within({ scope: "llm.all", tctx: { data_class: "public" } }, asked)).toEqual([403, "no_matching_rule"]);
  });
});
