import { canonicalJson } from "../../../src/core/policy/canonical-json.ts";
import { sha256Hex } from "../../../src/core/sha256-hex.ts";
import type { AdminLab } from "./admin-lab.ts";

/** The router's own policy with something else in its gateway, as a document, and its digest. */
export async function anotherPolicy(
  { router }: AdminLab,
  gateway: object,
): Promise<{ readonly digest: string; readonly document: string }> {
  const { consumers, gateway: own, providers, routes, ...place } = router.compiled.policy;
  const content = { gateway: { ...own, ...gateway }, providers, routes, consumers };
  const digest = await sha256Hex(canonicalJson(content));
  return { digest, document: JSON.stringify({ ...place, ...content, digest }) };
}
