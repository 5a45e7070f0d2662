import * as z from "zod";
import { toMicroUsd } from "../../core/policy/schema/quantities.ts";

/** What a provider says was used of a model on a day. */
export interface ProviderTotal {
  readonly day: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
}

const count = z.coerce.number().int().nonnegative();
const lineSchema = z.object({
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "must be a day such as 2026-11-22"),
  model: z.string().min(1),
  input_tokens: count,
  output_tokens: count,
  cost_usd: z.coerce.string().regex(/^\d{1,9}(\.\d{1,12})?$/, "must be US dollars such as 12.34"),
});
const COLUMNS = Object.keys(lineSchema.shape);

/**
 * A provider's totals: JSON, a list of objects, or CSV with a line of headings; `day`, `model`, `input_tokens`, `output_tokens`,
 * `cost_usd`, other columns are left out. Cached input is part of the input. @throws Error that names the line
 */
export function readProviderTotals(text: string): readonly ProviderTotal[] {
  const lines: unknown = text.trimStart().startsWith("[") ? JSON.parse(text) : readCsv(text);
  if (!Array.isArray(lines)) throw new Error("The provider's totals must be a list.");
  return lines.map((line, index) => {
    const read = lineSchema.safeParse(line);
    const [issue] = read.error?.issues ?? [];
    if (!read.success)
      throw new Error(`Line ${index + 1} of the provider's totals: '${issue?.path.join(".")}' ${issue?.message}.`);
    const { cost_usd: cost, day, input_tokens: inputTokens, model, output_tokens: outputTokens } = read.data;
    return { day, model, inputTokens, outputTokens, costMicroUsd: roundedMicroUsd(cost) };
  });
}

/** Providers state more than six digits of a dollar. */
function roundedMicroUsd(cost: string): number {
  const [dollars = "0", fraction = ""] = cost.split(".");
  return toMicroUsd(`${dollars}.${fraction.slice(0, 6) || "0"}`) + (Number(fraction[6] ?? "0") >= 5 ? 1 : 0);
}

function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const names = cellsOf(head ?? "");
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`The provider's totals lack the columns ${missing.join(", ")}.`);
  return lines.map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ""]));
  });
}

/** Cells in quotes may hold commas. */
function cellsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"')).trim(),
  );
}
