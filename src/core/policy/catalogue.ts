import type { Capability } from "../capability.ts";
import type { Price } from "../usage.ts";
import type { CompiledProvider, CompiledQuirks, DialectName } from "./compiled.ts";

/** A model a provider is known to offer. */
export interface CatalogueModel {
  /** Tokens of question and answer together. */
  readonly contextTokens: number;
  /** Most tokens of one answer; null where nobody says, and for embeddings. */
  readonly maxOutputTokens: number | null;
  /** Where prompts above some length cost more, the price below it. */
  readonly price: Price;
  /** Everything it can do of `CAPABILITIES`; null when that is not known. */
  readonly capabilities: readonly Capability[] | null;
  /** The provider's page that states the price, and the day it did: `2026-11-04`. */
  readonly source: string;
  readonly asOf: string;
}

export type CatalogueAuth =
  | { readonly kind: "header"; readonly header: string; readonly prefix: string }
  /** The region is the policy's: `spec.aws.region`. */
  | { readonly kind: "sigv4"; readonly service: string }
  | { readonly kind: "google-service-account" };

/** What is known about a provider without asking: data, handed to the compiler by whoever owns the table. */
export interface CatalogueRow {
  readonly dialect: DialectName;
  /** Other dialects spoken at the same base URL. */
  readonly alsoSpeaks: readonly DialectName[];
  /** Without trailing slash; `{region}` stands for `spec.aws.region`. Null where every account has its own. */
  readonly baseUrl: string | null;
  /** How an account's own base URL reads, for the message that asks for it; null where `baseUrl` is known. */
  readonly baseUrlForm: string | null;
  /** Software that anyone runs: what the row says holds at any address, and `baseUrl` is only where it listens by default. */
  readonly isSelfHosted: boolean;
  readonly auth: CatalogueAuth;
  /** Whether calls without a credential are pointless. */
  readonly needsCredential: boolean;
  readonly family: string | null;
  readonly paths: CompiledProvider["paths"];
  readonly quirks: CompiledQuirks;
  /** What every model of it can do that has no row of its own; null where nothing is known. */
  readonly capabilities: readonly Capability[] | null;
  /** By the name the provider uses. */
  readonly models: Readonly<Record<string, CatalogueModel>>;
  /** It offers models beside these, so targets may name any. */
  readonly offersMore: boolean;
  /** The page that states dialect, base URL and auth, and the month it did: `2026-06`. */
  readonly docs: string;
  readonly asOf: string;
}

export type Catalogue = Readonly<Record<string, CatalogueRow>>;
