import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRouter, startRouter } from "../../../src/cli/local-router.ts";
import type { LedgerRow } from "../../../src/core/ledger/book-store.ts";
import type { UsageEvent } from "../../../src/ports/usage-sink.ts";
import { askAdmin, askRouter, type Heard } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, route, unwatchedProvider } from "../faults/policy-objects.ts";
import { startUsageUpstream, type Told } from "./usage-upstream.ts";

/** The upstream's credential; nothing that anybody sees may hold it. */
export const CANARY = "sk-CANARY-0123456789abcdefghij";
/** US dollars a million tokens: each kind has another price, and none is round. */
export const PRICES = {
  inputPerMillion: "1.234567",
  cachedInputPerMillion: "0.123457",
  cacheWritePerMillion: "1.543211",
  outputPerMillion: "9.876543",
  reasoningPerMillion: "3.141593",
  audioInputPerMillion: "32.000001",
  imageInputPerMillion: "10.000003",
  audioOutputPerMillion: "64.000007",
  imageOutputPerMillion: "40.000009",
};

export type Row = LedgerRow & { readonly facts: UsageEvent };

/** A router over an upstream that reports the usage it is told to, priced, or at `unpriced` without a price. */
export interface UsageLab {
  readonly router: RunningRouter;
  /** For files; the policies are in it. */
  readonly directory: string;
  ask(model: string, told: Told, detail?: object): Promise<Heard & { readonly id: string }>;
  /** All that there are, in the order in which requests came in. */
  rows(): Promise<readonly Row[]>;
  /** The row of a request, once its end has been told. @throws Error where it never is */
  rowOf(id: string): Promise<Row>;
  close(): Promise<void>;
}

export async function startUsageLab(): Promise<UsageLab> {
  const upstream = await startUsageUpstream();
  const directory = await mkdtemp(join(tmpdir(), "fairlead-usage-"));
  const objects = [
    gateway([upstream.url]),
    priced(unwatchedProvider("rig", upstream.url, ["api-key"]), [{ name: "*", price: PRICES }]),
    priced(unwatchedProvider("free", upstream.url), [{ name: "*", capabilities: [] }]),
    route("plain", { targets: ["rig/plain"] }),
    route("over", {
      targets: ["rig/slow", "rig/first", "rig/second"],
      timeouts: { total: "1500ms" },
      failover: { on: ["timeout_ttft", "server_error"] },
    }),
    budgeted(route("priced", { targets: ["rig/priced"] })),
    route("books", { targets: ["rig/books"] }),
    route("unpriced", { targets: ["free/plain"] }),
  ];
  await writeFile(join(directory, "policy.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  const router = await startRouter({ policies: directory, env: { RIG_API_KEY: CANARY }, cwd: directory, quiet: true });
  const rows = async (): Promise<readonly Row[]> => {
    const all: Row[] = [];
    for (let after: string | null = ""; after !== null;) {
      const page = await askAdmin(router, `/admin/api/ledger/rows?limit=1000&after=${encodeURIComponent(after)}`);
      const { next, rows: some } = page as { next: string | null; rows: readonly Row[] }; // our own API
      all.push(...some);
      after = next;
    }
    return all;
  };
  return {
    router,
    directory,
    rows,
    ask: async (model, told, detail = {}) => {
      const heard = await askRouter(router, { model, messages: [{ role: "user", content: JSON.stringify(told) }], ...detail });
      return { ...heard, id: heard.headers["x-fairlead-request-id"] ?? "" };
    },
    rowOf: async (id) => {
      for (let look = 0; look < 100; look += 1) {
        const row = (await rows()).find((each) => each.id === id);
        if (row !== undefined) return row;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`There is no row of ${id}.`);
    },
    close: async () => {
      await router.close();
      await upstream.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function priced(object: PolicyObject, models: readonly object[]): PolicyObject {
  return { ...object, spec: { ...(object["spec"] as PolicyObject), models } }; // `provider` writes it
}

/** Its one model under a budget that nobody spends: its accounts are books' too. */
function budgeted(object: PolicyObject): PolicyObject {
  const spec = object["spec"] as { readonly models: readonly object[] }; // `route` writes it
  const models = spec.models.map((model) => ({ ...model, budgets: [{ usd: "90000", per: "month", timeZone: "Europe/Berlin" }] }));
  return { ...object, spec: { ...spec, models } };
}
