import type { CatalogueAuth, CatalogueRow } from "../core/policy/catalogue.ts";
import type { CompiledQuirks, DialectName } from "../core/policy/compiled.ts";
import { defaultQuirks } from "../core/policy/default-quirks.ts";

/** A row as its file states it: only what differs from the usual. */
export interface StatedRow {
  readonly baseUrl: string | null;
  /** With `baseUrl: null`: how an account's own reads. */
  readonly form?: string;
  readonly alsoSpeaks?: readonly DialectName[];
  /** Default: `authorization: Bearer`. */
  readonly auth?: CatalogueAuth;
  readonly family?: string;
  readonly paths?: CatalogueRow["paths"];
  readonly quirks?: Partial<CompiledQuirks>;
  readonly capabilities?: CatalogueRow["capabilities"];
  readonly models?: CatalogueRow["models"];
  /** Default: whether no model is stated. */
  readonly offersMore?: boolean;
  readonly docs: string;
  readonly asOf: string;
}

export const BEARER = { kind: "header", header: "authorization", prefix: "Bearer " } as const;
/** The bare key in `x-api-key`, as Anthropic has it. */
export const X_API_KEY = { kind: "header", header: "x-api-key", prefix: "" } as const;

/** A vendor's row: needs a credential, is where `baseUrl` says. */
export function hosted(dialect: DialectName, stated: StatedRow): CatalogueRow {
  const { models = {}, offersMore = Object.keys(models).length === 0, quirks, form = null } = stated;
  return {
    dialect,
    alsoSpeaks: stated.alsoSpeaks ?? [],
    baseUrl: stated.baseUrl,
    baseUrlForm: form,
    isSelfHosted: false,
    auth: stated.auth ?? BEARER,
    needsCredential: true,
    family: stated.family ?? null,
    paths: stated.paths ?? {},
    quirks: { ...defaultQuirks(dialect), ...quirks },
    capabilities: stated.capabilities ?? null,
    models,
    offersMore,
    docs: stated.docs,
    asOf: stated.asOf,
  };
}

/** Software that anyone runs: no credential unless its operator asks for one, and the same at any address. */
export function selfHosted(dialect: DialectName, stated: StatedRow): CatalogueRow {
  return { ...hosted(dialect, stated), isSelfHosted: true, needsCredential: false };
}

/** Rows of vendors that imitate a wire format, each a family of its own. */
export function imitating(
  dialect: DialectName,
  rows: Readonly<Record<string, StatedRow>>,
): Readonly<Record<string, CatalogueRow>> {
  const built = Object.entries(rows).map(([name, row]) => [name, hosted(dialect, { family: name, ...row })] as const);
  return Object.fromEntries(built);
}
