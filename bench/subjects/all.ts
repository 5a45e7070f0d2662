import { bare } from "./bare.ts";
import { cached, fairlead, limited } from "./fairlead.ts";
import { nginx } from "./nginx.ts";
import { portkey } from "./portkey.ts";
import type { Subject } from "./subject.ts";

/** In the order of a round. */
export const SUBJECTS: readonly Subject[] = [bare, fairlead, limited, cached, portkey, nginx];
/** Those of a scenario that names none. */
export const GATEWAYS: readonly string[] = [bare, fairlead, portkey, nginx].map(({ name }) => name);
