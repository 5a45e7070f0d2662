import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import { ADMIN_ROUTES, type AdminRouteId } from "../../../src/core/admin/admin-routes.ts";
import type { AdminLab } from "./admin-lab.ts";
import { anotherPolicy } from "./another-policy.ts";

interface Sample {
  /** What follows the route's path. */
  readonly query?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface AnswerFigures {
  readonly operations: number;
  /** Answers that are not as docs/admin-api.json has them. */
  readonly wrong: readonly string[];
}

const DOCUMENT = join(import.meta.dirname, "../../../docs/admin-api.json");
const A = "?tenant=team-a";
const EXPLAINED = '{"model":"kept","messages":[{"role":"user","content":"Where is the harbour now?"}]}';
const PIECE = '{"piece":{"account":"team-a|ledger|none","start":0,"used":0,"reserved":0}}';

/** Calls every operation as an owner, with something to show, and holds what it answers against docs/admin-api.json; nothing undescribed may be in it. */
export async function runAnswers(lab: AdminLab): Promise<AnswerFigures> {
  const document = JSON.parse(await readFile(DOCUMENT, "utf8")) as OpenApi; // a valid one, which another test shows
  await lab.ask();
  await lab.ask("kept");
  const samples = await samplesFor(lab);
  const wrong: string[] = [];
  for (const [id, sample] of Object.entries(samples) as readonly (readonly [AdminRouteId, Sample])[]) {
    const fault = await judge(id, sample, { lab, document });
    if (fault !== null) wrong.push(`${id}: ${fault}`);
  }
  return { operations: Object.keys(samples).length, wrong };
}

/** A call that succeeds, for every operation. */
async function samplesFor(lab: AdminLab): Promise<Readonly<Record<AdminRouteId, Sample>>> {
  const made = await lab.call("owner", `/admin/api/keys${A}`, { method: "POST", body: { consumer: "app" } });
  const { id } = made.body as { readonly id: string }; // our own router's answer
  const kill = { kind: "target", id: "default/inside/none", reason: "a test" };
  return {
    listRequests: { query: A },
    reportUsage: { query: `${A}&by=consumer,day` },
    listLedgerRows: { query: A },
    showLedgerState: { query: A },
    restoreLedger: { query: A, body: { begin: "no", records: PIECE } },
    showHealth: {},
    showRollout: {},
    changeRollout: {
      body: { action: "start", share: 0, document: (await anotherPolicy(lab, { explainRoles: ["anybody"] })).document },
    },
    changeKills: { body: kill },
    listKills: {},
    createKey: { query: A, body: { consumer: "app", expires: "never" } },
    rotateKey: { query: A, params: { id }, body: {} },
    listKeys: { query: A },
    revokeKey: { query: A, params: { id }, body: {} },
    showCache: { query: A },
    explainCache: { query: A, body: { consumer: "app", credential: "nobody", request: EXPLAINED } },
    purgeCache: { query: A, body: { what: "all", dryRun: false } },
    eraseFromCache: { query: A, body: { consumer: "app", credential: "nobody" } },
    listAudit: {},
    verifyAudit: {},
  };
}

async function judge(
  id: AdminRouteId,
  { body, params = {}, query = "" }: Sample,
  { document, lab }: { readonly document: OpenApi; readonly lab: AdminLab },
): Promise<string | null> {
  const { method, path } = ADMIN_ROUTES[id];
  const address = path.replaceAll(/:([a-z]+)/gi, (_, name: string) => params[name] ?? "") + query;
  const answer = await lab.call("owner", address, { method, ...(body === undefined ? {} : { body }) });
  const operation = document.paths[path.replaceAll(/:([a-z]+)/gi, "{$1}")]?.[method.toLowerCase()];
  const schema = operation?.responses[String(answer.status)]?.content?.["application/json"]?.schema;
  if (schema === undefined || answer.status >= 300) return `answered ${answer.status}: ${answer.text.slice(0, 300)}`;
  const validate = new Ajv2020({ strict: false, formats: { "date-time": true } }).compile(closed(schema) as AnySchema); // a schema stays one
  return validate(answer.body) ? null : `${JSON.stringify(validate.errors)} in ${answer.text.slice(0, 300)}`;
}

/** The schema with no room for members that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  return "properties" in schema && !("additionalProperties" in schema) ? { ...members, additionalProperties: false } : members;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>>;
}

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: AnySchema }>>;
}
