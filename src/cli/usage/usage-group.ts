import * as z from "zod";
import { TOTALS } from "../../core/ledger/usage-report.ts";

const totals = Object.fromEntries(TOTALS.map((name) => [name, z.number()])) as Record<(typeof TOTALS)[number], z.ZodNumber>;

/** A group of a usage report, as the admin API gives it. */
export const usageGroupSchema = z.object({ group: z.record(z.string(), z.string()), ...totals });
export type PrintedGroup = z.output<typeof usageGroupSchema>;
