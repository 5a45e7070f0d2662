import type { AdminRoute } from "./admin-route.ts";
import { ADMIN_ROUTES, type AdminRouteId } from "./admin-routes.ts";

export type MatchedAdminRoute =
  | { readonly kind: "matched"; readonly id: AdminRouteId; readonly params: ReadonlyMap<string, string> }
  /** The path exists for other methods: these, as `allow` lists them. */
  | { readonly kind: "method_not_allowed"; readonly allow: string }
  | { readonly kind: "none" };

const ROUTES = (Object.keys(ADMIN_ROUTES) as AdminRouteId[]).map((id) => {
  const route: AdminRoute = ADMIN_ROUTES[id];
  return { id, method: route.method, segments: route.path.split("/") };
});

/** The route at a canonical path. A fixed segment goes before a parameter; `HEAD` is no method of any. */
export function matchAdminRoute(method: string, path: string): MatchedAdminRoute {
  const segments = path.split("/");
  const here = ROUTES.flatMap((route) => {
    const params = matchSegments(route.segments, segments);
    return params === null ? [] : [{ ...route, params }];
  }).toSorted((left, right) => left.params.size - right.params.size);
  const [best] = here;
  if (best === undefined) return { kind: "none" };
  const same = here.filter(({ params }) => params.size === best.params.size);
  const matched = same.find((route) => route.method === method);
  if (matched !== undefined) return { kind: "matched", id: matched.id, params: matched.params };
  return { kind: "method_not_allowed", allow: same.map((route) => route.method).join(", ") };
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): ReadonlyMap<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params = new Map<string, string>();
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":") && segment !== "") params.set(part.slice(1), segment);
    else if (part !== segment) return null;
  }
  return params;
}
