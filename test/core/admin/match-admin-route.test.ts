import { describe, expect, it } from "vitest";
import type { AdminRoute } from "../../../src/core/admin/admin-route.ts";
import { ADMIN_ROUTES } from "../../../src/core/admin/admin-routes.ts";
import { matchAdminRoute } from "../../../src/core/admin/match-admin-route.ts";

const routes: readonly (readonly [string, AdminRoute])[] = Object.entries(ADMIN_ROUTES);
/** A path of the route, with something for each parameter. */
const pathOf = ({ path }: AdminRoute): string => path.replaceAll(/:[a-z]+/gi, "something");

describe("matchAdminRoute", () => {
  it.each(routes)("finds %s by its method and path", (id, route) => {
    expect(matchAdminRoute(route.method, pathOf(route))).toMatchObject({ kind: "matched", id });
  });

  it.each(routes)("names the methods that the path of %s takes instead", (_, route) => {
    const allowed = routes.filter(([, other]) => pathOf(other) === pathOf(route)).map(([, { method }]) => method);
    expect(matchAdminRoute("TRACE", pathOf(route))).toEqual({ kind: "method_not_allowed", allow: allowed.join(", ") });
  });

  it("has no two routes at one place", () => {
    const places = routes.map(([, { method, path }]) => `${method} ${path.replaceAll(/:[a-z]+/gi, ":")}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it.each(routes.filter(([, { reach }]) => reach === "tenant"))("%s says in which tenant it acts", (_, { params, query }) => {
    expect({ ...params?.properties, ...query?.properties }).toHaveProperty("tenant");
  });

  it.each(routes)("%s names each parameter of its path", (_, { params, path }) => {
    const named = [...path.matchAll(/:([a-z]+)/gi)].map(([, name]) => name);
    expect(Object.keys(params?.properties ?? {})).toEqual(named);
  });

  it.each([
    "/admin/api",
    "/admin/api/",
    "/admin/api/requests/",
    "/admin/api/requests/x",
    "/admin/api/Usage",
    "/admin/api//usage",
  ])("finds nothing at %s", (path) => {
    expect(matchAdminRoute("GET", path)).toEqual({ kind: "none" });
  });
});
