import * as z from "zod";
import { ADMIN_ROLE_NAMES } from "../../admin/admin-roles.ts";
import { keyHashSchema, keyIdSchema } from "./api-keys.ts";
import { labelSchema, timestampSchema } from "./values.ts";

const adminKeySchema = z.strictObject({
  name: labelSchema.describe("Who holds the key, as the audit log names it; unique."),
  id: keyIdSchema("fla").describe("Public part of the key: 12 letters and digits."),
  hash: keyHashSchema("fairlead admin create-key").describe(
    "Version of the pepper, `:` and HMAC-SHA-256 of the key under it, in hex.",
  ),
  roles: z.array(z.enum(ADMIN_ROLE_NAMES)).min(1).max(8).describe("What the key may do; docs/admin-rbac.md lists it."),
  tenants: z
    .array(labelSchema)
    .min(1)
    .max(64)
    .optional()
    .describe("Namespaces the key is for; everything else is not found. Default: all, and what concerns all of them at once."),
  notBefore: timestampSchema.optional().describe("Time before which the key is refused. RFC 3339; default: valid at once."),
  expires: timestampSchema.optional().describe("Time from which the key is refused. RFC 3339; default: never."),
});

export const adminSchema = z.strictObject({
  keys: z
    .array(adminKeySchema)
    .max(64)
    .optional()
    .describe("Keys of the admin API, as hashes. Default: only the one in `FAIRLEAD_ADMIN_KEY_HASH`, which is an owner's."),
  rollouts: z
    .enum(["OnePerson", "TwoPerson"])
    .optional()
    .describe(
      "`TwoPerson`: who starts a rollout starts it with a share of 0, and another administrator raises the share or promotes it, naming its digest. Default `OnePerson`.",
    ),
});
