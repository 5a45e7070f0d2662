import { describe, expect, it } from "vitest";
import { createAuthoriser } from "../../src/adapters/credentials/authorise.ts";
import { createMemoryAuditLog } from "../../src/adapters/memory/audit-log.ts";
import { createMemoryHealth } from "../../src/adapters/memory/health.ts";
import { IsolateHealth } from "../../src/core/health/isolate-health.ts";
import { createMemoryHealthHub } from "../../src/adapters/memory/health-hub.ts";
import type { HubAnswer, HubReport } from "../../src/core/health/hub-messages.ts";
import { createMemoryKeyRing } from "../../src/adapters/memory/key-ring.ts";
import { createMemoryLedger } from "../../src/adapters/memory/ledger.ts";
import { createMemoryUsageSink } from "../../src/adapters/memory/usage-sink.ts";
import { createSimulator } from "../../src/adapters/simulator/simulator.ts";
import type { AuditLog } from "../../src/ports/audit-log.ts";
import type { Authoriser } from "../../src/ports/authoriser.ts";
import type { Health } from "../../src/ports/health.ts";
import type { HealthHub } from "../../src/ports/health-hub.ts";
import type { KeyRing } from "../../src/ports/key-ring.ts";
import type { Charge } from "../../src/core/ledger/account.ts";
import type { LedgerAnswer, LedgerQuestion } from "../../src/core/ledger/exchange.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import type { Upstream } from "../../src/ports/upstream.ts";
import type { UsageSink } from "../../src/ports/usage-sink.ts";
import { account, charges as chargesTo, MONTH, NOW } from "../core/ledger/accounts-of.ts";
import { targetReport } from "../core/health/health-reports.ts";
import { simulatorRig } from "../adapters/simulator/simulator-rig.ts";
import { auditLogFacts } from "./audit-log.contract.ts";
import { type AuthoriserRig, authoriserFacts } from "./authoriser.contract.ts";
import { brokenFacts } from "./facts.ts";
import { healthFacts } from "./health.contract.ts";
import { healthHubFacts } from "./health-hub.contract.ts";
import { keyRingFacts } from "./key-ring.contract.ts";
import { ledgerFacts, type LedgerRig } from "./ledger.contract.ts";
import { upstreamFacts } from "./upstream.contract.ts";
import { usageSinkFacts } from "./usage-sink.contract.ts";

/** Each mutant is a working adapter with one promise broken. */
const ledgers: Readonly<Record<string, (ledger: Ledger) => Ledger>> = {
  "grants what it should deny": answering((answer) => ({
    ...answer,
    admissions: answer.admissions.map(({ standings }) => ({ kind: "granted", standings })),
  })),
  "looks at the first account alone": asking((question) => withCharges(question, (charges) => charges.slice(0, 1))),
  "debits what it denies": ({ exchange }) => ({
    exchange: async (tenant, question) => {
      const answer = await exchange(tenant, question);
      const wide = withCharges(question, (charges) =>
        charges.map((charge) => ({ ...charge, account: { ...charge.account, limit: 1e15 } })),
      );
      if (answer.admissions.some(({ kind }) => kind === "denied")) await exchange(tenant, wide);
      return answer;
    },
  }),
  "shares one account among all": asking((question) =>
    withCharges(question, (charges) => charges.map((charge) => ({ ...charge, account: { ...charge.account, key: "one" } }))),
  ),
  "shares one book among all tenants": ({ exchange }) => ({ exchange: (_, question) => exchange("one", question) }),
  "never hears of an end": asking((question) => ({
    ...question,
    notes: question.notes.filter(({ kind }) => kind !== "settled"),
  })),
  "takes every end for one it was told the charges of": asking((question) => ({
    ...question,
    notes: question.notes.map((note) =>
      note.kind === "settled"
        ? {
            ...note,
            closing: { ...note.closing, charges: note.closing.charges ?? chargesTo(1, account("x", { window: MONTH })) },
          }
        : note,
    ),
  })),
  "never renews": asking((question) => ({ ...question, notes: question.notes.filter(({ kind }) => kind !== "renewed") })),
  "begins nothing by itself": asking((question) => ({
    ...question,
    notes: question.notes.filter(({ kind }) => kind !== "begun"),
  })),
  "says a wrong time to come back": answering((answer) => ({
    ...answer,
    admissions: answer.admissions.map((admission) => (admission.kind === "denied" ? { ...admission, waitMs: 1 } : admission)),
  })),
  "answers several in another order": answering((answer) => ({ ...answer, admissions: answer.admissions.toReversed() })),
  "reserves less than was asked for": asking((question) =>
    withCharges(question, (charges) => charges.map((charge) => ({ ...charge, amount: Math.min(charge.amount, 9) }))),
  ),
  "charges nothing for what is lost": asking((question) =>
    withCharges(question, (charges) => charges.map((charge) => ({ ...charge, floor: 0 }))),
  ),
  "sees one isolate": asking((question) => ({ ...question, isolate: "one" })),
};

function ledgerRig(mutate: (ledger: Ledger) => Ledger): LedgerRig {
  let now = NOW;
  const wait = async (ms: number): Promise<void> => {
    now += ms + 10;
  };
  return { ledger: mutate(createMemoryLedger(() => now)), wait };
}

function asking(change: (question: LedgerQuestion) => LedgerQuestion): (ledger: Ledger) => Ledger {
  return ({ exchange }) => ({ exchange: (tenant, question) => exchange(tenant, change(question)) });
}

function answering(change: (answer: LedgerAnswer) => LedgerAnswer): (ledger: Ledger) => Ledger {
  return ({ exchange }) => ({ exchange: async (tenant, question) => change(await exchange(tenant, question)) });
}

function withCharges(question: LedgerQuestion, change: (charges: readonly Charge[]) => readonly Charge[]): LedgerQuestion {
  return { ...question, admit: question.admit.map((opening) => ({ ...opening, charges: change(opening.charges) })) };
}

const healths: Readonly<Record<string, (health: Health) => Health>> = {
  "mixes targets": (health) => ({ ...health, begin: (_, credential, now) => health.begin("default/a/one", credential, now) }),
  "never ejects": (health) => ({ ...health, standing: () => "ready" }),
  "takes a throttle for a failure": (health) => ({
    ...health,
    standing: (id, now) => (health.blockedUntil(id, "default/a#key", now) > now ? "ejected" : health.standing(id, now)),
  }),
  "takes a throttle for a refusal": (health) => ({ ...health, isRefused: (id, now) => health.blockedUntil("", id, now) === 0 }),
  "blames a target for its callers": (health) => ({
    ...health,
    begin: (id, credential, now) => {
      const attempt = health.begin(id, credential, now);
      const failure = {
        class: "server_error",
        status: 500,
        message: "",
        param: null,
        code: null,
        retryAfterSeconds: null,
      } as const;
      return { ...attempt, end: (_, at, draw) => attempt.end({ kind: "failed", failure }, at, draw) };
    },
  }),
  "keeps quiet about a refused credential": (health) => ({
    ...health,
    begin: (id, credential, now) => {
      const attempt = health.begin(id, credential, now);
      const end = (...ending: Parameters<typeof attempt.end>): null => {
        attempt.end(...ending);
        return null;
      };
      return { ...attempt, end };
    },
  }),
  "counts an end twice": (health) => {
    let ends = 0;
    return {
      ...health,
      inFlight: (id) => health.inFlight(id) - Math.max(0, ends - 2),
      begin: (id, credential, now) => {
        const attempt = health.begin(id, credential, now);
        return {
          ...attempt,
          end: (outcome, at, draw) => {
            ends += 1;
            return attempt.end(outcome, at, draw);
          },
        };
      },
    };
  },
  "finds all alike": (health) => ({ ...health, loadMs: () => 1_000 }),
};

type Sync = (report: HubReport) => Promise<HubAnswer>;

/** A hub whose answers to reports are bent; what it says of control passes. */
function bend(hub: HealthHub, change: (sync: Sync) => Sync): HealthHub {
  const sync = change(async (report) => {
    const { health } = await hub.sync({ report, revision: -1, keys: -1 });
    if (health === null) throw new Error("The hub answered nothing to a report.");
    return health;
  });
  return {
    sync: async (question) => {
      if (question.report === null) return hub.sync(question);
      const { control, keys } = await hub.sync({ ...question, report: null });
      return { health: await sync(question.report), control, keys };
    },
  };
}

const hubs: Readonly<Record<string, (hub: HealthHub) => HealthHub>> = {
  "forgets at once": () => ({ sync: (question) => createMemoryHealthHub().sync(question) }),
  "keeps decisions to itself": (hub) => ({ sync: async (question) => ({ ...(await hub.sync(question)), control: null }) }),
  "repeats decisions": (hub) => ({ sync: (question) => hub.sync({ ...question, revision: -1 }) }),
  "answers to another report": (hub) =>
    bend(hub, (sync) => async (report) => {
      const answer = await sync(report);
      return { ...answer, seq: answer.seq - 1 };
    }),
  "takes every report for a new one": (hub) => {
    let seq = 0;
    return bend(hub, (sync) => async (report) => ({ ...(await sync({ ...report, seq: (seq += 1) })), seq: report.seq }));
  },
  "takes all for one isolate": (hub) => bend(hub, (sync) => (report) => sync({ ...report, isolateId: "one" })),
  "believes nobody": (hub) =>
    bend(
      hub,
      (sync) => (report) => sync({ ...report, targets: report.targets.map((target) => ({ ...target, tripped: false })) }),
    ),
  "believes everybody": (hub) =>
    bend(hub, (sync) => (report) => sync({ ...report, targets: report.targets.map((target) => ({ ...target, ok: 0 })) })),
  "ejects what is throttled": (hub) =>
    bend(hub, (sync) => (report) => {
      const targets = report.throttles.map(({ targetId }) => targetReport({ targetId: targetId ?? "", tripped: true }));
      return sync({ ...report, targets: [...report.targets, ...targets] });
    }),
  "keeps refusals to itself": (hub) => bend(hub, (sync) => async (report) => ({ ...(await sync(report)), credentials: [] })),
  "keeps pauses to itself": (hub) => bend(hub, (sync) => async (report) => ({ ...(await sync(report)), throttled: [] })),
  "lets everybody probe at any time": (hub) =>
    bend(hub, (sync) => async (report) => {
      const grants = report.targets.map(({ targetId }) => ({ targetId, id: 1, afterMs: 0, untilMs: 1_000 }));
      return { ...(await sync(report)), grants };
    }),
};

const sinks: Readonly<Record<string, (sink: UsageSink) => UsageSink>> = {
  "gives the oldest first": (sink) => ({
    ...sink,
    recent: async (tenant, limit) => (await sink.recent(tenant, limit)).toReversed(),
  }),
  "ignores the limit": (sink) => ({ ...sink, recent: (tenant) => sink.recent(tenant, 100) }),
  "records twice": (sink) => ({
    ...sink,
    record: (event, defer) => {
      sink.record(event, defer);
      sink.record(event, defer);
    },
  }),
  "records late": (sink) => ({
    ...sink,
    record: (event, defer) => defer(Promise.resolve().then(() => sink.record(event, defer))),
  }),
  "mixes tenants": (sink) => ({
    record: (event, defer) => sink.record({ ...event, tenant: "one" }, defer),
    recent: (_, limit) => sink.recent("one", limit),
  }),
  "loses a field": (sink) => ({ ...sink, record: (event, defer) => sink.record({ ...event, failure: null }, defer) }),
};

const rings: Readonly<Record<string, (ring: KeyRing) => KeyRing>> = {
  "ignores case in ids": (ring) => ({ ...ring, find: (id) => ring.find(id.toLowerCase()) }),
  "hides revoked keys": (ring) => ({
    ...ring,
    find: async (id) => ring.find(id).then((record) => (record?.key.revoked === true ? null : record)),
  }),
  "rejects unknown ids": (ring) => ({
    ...ring,
    find: async (id) => (await ring.find(id)) ?? Promise.reject(new Error("unknown")),
  }),
  "knows of nothing that it has found": (ring) => ({ ...ring, known: () => null }),
};

const upstreams: Readonly<Record<string, (upstream: Upstream) => Upstream>> = {
  "takes a refusal for a failure": (upstream) => ({
    send: async (call) => {
      const response = await upstream.send(call);
      return response.ok || response.status < 400 ? response : Promise.reject(new Error("refused"));
    },
  }),
  "follows redirects": (upstream) => ({
    send: async (call) => {
      const response = await upstream.send(call);
      return response.headers.has("location") ? Response.json({}) : response;
    },
  }),
  "ignores the signal": (upstream) => ({ send: (call) => upstream.send({ ...call, signal: new AbortController().signal }) }),
  "reads bodies ahead": (upstream) => ({ send: async (call) => Response.json(await (await upstream.send(call)).text()) }),
  "hides a broken connection": (upstream) => ({
    send: (call) => upstream.send(call).catch(() => Response.json({}, { status: 502 })),
  }),
};

const authorisers: Readonly<Record<string, (authoriser: Authoriser) => Authoriser>> = {
  "drops the call's headers": (authoriser) => ({
    authorise: (call, credential) => authoriser.authorise({ ...call, headers: {} }, credential),
  }),
  "adds nothing": () => ({ authorise: async ({ headers }) => ({ kind: "ok", headers }) }),
  "sends the secret itself": (authoriser) => ({
    authorise: async (call, credential) => {
      const answer = await authoriser.authorise(call, credential);
      if (answer.kind !== "ok") return answer;
      return { kind: "ok", headers: { ...answer.headers, "x-secret": credential.secret } };
    },
  }),
  "rejects where it should fail": (authoriser) => ({
    authorise: async (call, credential) => {
      const answer = await authoriser.authorise(call, credential);
      return answer.kind === "ok" ? answer : Promise.reject(new Error(answer.message));
    },
  }),
  "tells the secret": (authoriser) => ({
    authorise: async (call, credential) => {
      const answer = await authoriser.authorise(call, credential);
      return answer.kind === "ok" ? answer : { kind: "refused", message: `${credential.secret} is no secret.` };
    },
  }),
  "draws lots": (authoriser) => ({
    authorise: async (call, credential) => {
      const answer = await authoriser.authorise(call, credential);
      return answer.kind === "ok" ? { kind: "ok", headers: { ...answer.headers, "x-lot": crypto.randomUUID() } } : answer;
    },
  }),
};

function authoriserRig(mutate: (authoriser: Authoriser) => Authoriser): AuthoriserRig {
  const credential = { kind: "sigv4", region: "us-east-1", service: "bedrock" } as const;
  return {
    authoriser: mutate(createAuthoriser({ fetch: () => Promise.reject(new Error("nobody is asked")), now: () => 0 })),
    works: [{ ...credential, secret: "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG" }],
    fails: [{ ...credential, secret: "AKIDEXAMPLE" }],
  };
}

const auditLogs: Readonly<Record<string, (log: AuditLog) => AuditLog>> = {
  "keeps nothing": (log) => ({ ...log, page: async () => [] }),
  "gives pages from the beginning": (log) => ({ ...log, page: (_, limit) => log.page(0, limit) }),
  "gives more than asked for": (log) => ({ ...log, page: (after) => log.page(after, 1_000) }),
  "forgets what was asked": (log) => ({ ...log, append: (draft) => log.append({ ...draft, input: null }) }),
  "looks at no head": (log) => ({ ...log, verify: () => log.verify([]) }),
  "looks at the first head alone": (log) => ({ ...log, verify: (heads) => log.verify(heads.slice(0, 1)) }),
  "finds everything broken": (log) => ({ ...log, verify: async () => ({ kind: "broken", seq: 1, why: "it is" }) }),
};

describe("port contracts", () => {
  it.each(Object.entries(auditLogs))("notice an audit log that %s", async (_, mutate) => {
    expect(await brokenFacts(auditLogFacts, () => mutate(createMemoryAuditLog(() => NOW)))).not.toEqual([]);
  });

  it.each(Object.entries(upstreams))("notice an upstream that %s", async (_, mutate) => {
    expect(await brokenFacts(upstreamFacts, () => ({ ...simulatorRig(), upstream: mutate(createSimulator()) }))).not.toEqual([]);
  });

  it.each(Object.entries(ledgers))("notice a ledger that %s", async (_, mutate) => {
    expect(await brokenFacts(ledgerFacts, () => ledgerRig(mutate))).not.toEqual([]);
  });

  it.each(Object.entries(healths))("notice a health that %s", async (_, mutate) => {
    expect(
      await brokenFacts(healthFacts, () => mutate(createMemoryHealth(new IsolateHealth("isolate", 1_800_000_000_000)))),
    ).not.toEqual([]);
  });

  it.each(Object.entries(hubs))("notice a health hub that %s", async (_, mutate) => {
    expect(await brokenFacts(healthHubFacts, () => mutate(createMemoryHealthHub()))).not.toEqual([]);
  });

  it.each(Object.entries(sinks))("notice a usage sink that %s", async (_, mutate) => {
    expect(await brokenFacts(usageSinkFacts, () => mutate(createMemoryUsageSink()))).not.toEqual([]);
  });

  it.each(Object.entries(rings))("notice a key ring that %s", async (_, mutate) => {
    expect(await brokenFacts(keyRingFacts, (consumers) => mutate(createMemoryKeyRing(consumers)))).not.toEqual([]);
  });

  it.each(Object.entries(authorisers))("notice an authoriser that %s", async (_, mutate) => {
    expect(await brokenFacts(authoriserFacts, () => authoriserRig(mutate))).not.toEqual([]);
  });
});
