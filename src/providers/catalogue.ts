import type { Catalogue } from "../core/policy/catalogue.ts";
import { AGGREGATORS } from "./aggregators.ts";
import { CLOUDS } from "./clouds.ts";
import { INFERENCE_HOSTS } from "./inference-hosts.ts";
import { MODEL_MAKERS } from "./model-makers.ts";
import { REGIONAL } from "./regional.ts";
import { SELF_HOSTED } from "./self-hosted.ts";

/** Providers known by name: a provider on a known dialect is a row and nothing else. */
export const CATALOGUE: Catalogue = {
  ...MODEL_MAKERS,
  ...CLOUDS,
  ...INFERENCE_HOSTS,
  ...AGGREGATORS,
  ...REGIONAL,
  ...SELF_HOSTED,
};
