import type { Price } from "../usage.ts";

/** A model a provider is known to offer. */
export interface CatalogueModel {
  readonly contextTokens: number;
  readonly price: Price;
}

/** What is known about a provider without asking: data, handed to the compiler by whoever owns the table. */
export interface CatalogueRow {
  readonly dialect: "openai-chat";
  /** Without trailing slash. */
  readonly baseUrl: string;
  readonly auth: { readonly header: string; readonly prefix: string };
  /** Whether calls without a credential are pointless. */
  readonly needsCredential: boolean;
  /** `streamUsage`: honours `stream_options.include_usage`. */
  readonly quirks: { readonly streamUsage: boolean };
  /** By the name the provider uses; empty when it serves whatever its operator loaded. */
  readonly models: Readonly<Record<string, CatalogueModel>>;
}

export type Catalogue = Readonly<Record<string, CatalogueRow>>;
