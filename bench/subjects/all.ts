import { bare } from "./bare.ts";
import { fairlead } from "./fairlead.ts";
import { nginx } from "./nginx.ts";
import { portkey } from "./portkey.ts";
import type { Subject } from "./subject.ts";

/** In the order of a round. */
export const SUBJECTS: readonly Subject[] = [bare, fairlead, portkey, nginx];
