import * as z from "zod";
import { KILL_KINDS } from "../../core/control/control-state.ts";
import { timestampSchema } from "../../core/policy/schema/values.ts";

const idSchema = z.string().min(1).max(512);
const milliseconds = z.number().min(0).max(86_400_000);
const share = z.number().min(0).max(1);

const fleetSchema = z.strictObject({
  count: z.number().min(0).optional(),
  p50Ms: milliseconds,
  p90Ms: milliseconds,
  p95Ms: milliseconds,
  p99Ms: milliseconds,
});

const targetSchema = z.strictObject({
  standing: z
    .enum(["ready", "ejected", "probing"])
    .optional()
    .describe("`probing`: out of rotation until a probe has shown that it answers again. Default `ready`."),
  slowStartFactor: share.optional().describe("Share of its weight that a target just let back in gets. Default 1."),
  inFlight: z.int().min(0).optional().describe("Attempts under way. Default 0."),
  limit: z.int().min(0).optional().describe("Attempts that may be under way. Default 1,024."),
  loadMs: milliseconds.optional().describe("What it costs to ask, for comparison. Default: its usual time to first content."),
  tokensPerSecond: z.number().min(0).nullish(),
  ttftP50Ms: milliseconds.nullish().describe("Time to first content, as one isolate saw it."),
  ttftP95Ms: milliseconds.nullish(),
  fleet: fleetSchema.nullish().describe("The same over all isolates; it counts before the isolate's own."),
  throttledForMs: z.record(idSchema, milliseconds).optional().describe("By credential: how long it asked to be left alone."),
  ejectedForMs: milliseconds.optional(),
  consecutiveFailures: z.int().min(0).optional(),
});

const credentialSchema = z.strictObject({
  blockedForMs: milliseconds.describe("How long nothing is sent with it, to whatever target."),
  refused: z.boolean().optional().describe("Because the provider refused it. Default: whether an alarm says so."),
});

const killSchema = z.strictObject({
  kind: z.enum(KILL_KINDS),
  id: idSchema,
  reason: z.string().optional(),
  at: z.number().optional(),
});

const alarmSchema = z.looseObject({ kind: z.string(), subject: z.string() });

/**
 * What was known when a request was decided: what `GET /admin/api/health` answers, `kills` of `GET /admin/api/kills`
 * beside it, or as much of either as someone writes down. Lengths of time count from the moment that is explained.
 */
export const situationSchema = z.strictObject({
  at: timestampSchema.optional().describe("The moment. RFC 3339."),
  targets: z.record(idSchema, targetSchema).optional().describe("By `namespace/provider/model`."),
  credentials: z.record(idSchema, credentialSchema).optional().describe("By `namespace/provider#name`."),
  kills: z.array(killSchema).optional().describe("What an administrator has switched off."),
  alarms: z.array(alarmSchema).optional(),
  failing: z.array(idSchema).optional().describe("Providers (`namespace/provider`) of whose attempts at least half fail."),
  retryBudget: z.enum(["Free", "Spent"]).optional().describe("Whether retries and failovers may add load. Default `Free`."),
  hubSilentMs: z.number().min(0).nullish(),
});

export type Situation = z.output<typeof situationSchema>;
export type TargetSituation = z.output<typeof targetSchema>;
export type CredentialSituation = z.output<typeof credentialSchema>;
