import type { AdminRoute } from "../../../src/core/admin/admin-route.ts";
import { ADMIN_ROUTES } from "../../../src/core/admin/admin-routes.ts";
import type { AdminCallOptions, AdminLab } from "./admin-lab.ts";

interface AdminAttack {
  readonly id: "E02" | "E03" | "E05" | "E12";
  readonly title: string;
  readonly administrator: string;
  readonly path: string;
  readonly options: AdminCallOptions;
  /** Status and error code. */
  readonly expect: readonly [number, string];
}

export interface AttackFigures {
  /** How many of each row were sent. */
  readonly sent: Readonly<Record<AdminAttack["id"], number>>;
  /** What was not refused as it has to be. */
  readonly wrong: readonly string[];
  /** Nothing is there, and nothing is gone, that was not before. */
  readonly isUnchanged: boolean;
}

const ROUTES: readonly AdminRoute[] = Object.values(ADMIN_ROUTES);
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const KILL = { kind: "target", id: "team-b/inside/sim-small" };
const KILLS = "/admin/api/kills";

/** Sends attacks E02, E03, E05 and E12 at every route they can be sent at, and looks whether anything came of them. */
export async function runAdminAttacks(lab: AdminLab): Promise<AttackFigures> {
  const before = await standing(lab);
  const sent = { E02: 0, E03: 0, E05: 0, E12: 0 };
  const wrong: string[] = [];
  for (const attack of [...foreignTenants(lab), ...unknownMembers(), ...otherSites(), ...otherMethods()]) {
    const { administrator, expect, id, options, path, title } = attack;
    const { body, status, text } = await lab.call(administrator, path, options);
    const code = (body as { readonly error?: { readonly code?: string } } | null)?.error?.code ?? ""; // an envelope, where it is one
    sent[id] += 1;
    if (status !== expect[0] || code !== expect[1]) {
      wrong.push(`${id} ${title}: ${options.method ?? "GET"} ${path} answered ${status} ${text.slice(0, 200)}`);
    }
  }
  return { sent, wrong, isUnchanged: (await standing(lab)) === before };
}

/** Everything that an attack might have changed. */
async function standing(lab: AdminLab): Promise<string> {
  const paths = [KILLS, "/admin/api/rollout", "/admin/api/keys?tenant=team-a", "/admin/api/keys?tenant=team-b"];
  return (await Promise.all(paths.map(async (path) => (await lab.call("owner", path)).text))).join("\n");
}

/** E02: an owner of one tenant at whatever another one has, by name, by id and by an id under the own name. */
function foreignTenants({ dataKeyIds }: AdminLab): readonly AdminAttack[] {
  const named = ROUTES.filter(({ reach }) => reach === "tenant").flatMap((route) =>
    ["team-b", "nobody"].map((tenant) => {
      const path = `${route.path.replaceAll(":id", dataKeyIds.b)}?tenant=${tenant}`;
      return foreign(`names ${tenant}`, path, { method: route.method, ...bodyFor(route) });
    }),
  );
  const underOwnName = ROUTES.filter(({ path }) => path.includes(":id")).map((route) =>
    foreign("names the other's id", `${route.path.replaceAll(":id", dataKeyIds.b)}?tenant=team-a`, {
      method: route.method,
      ...bodyFor(route),
    }),
  );
  const ids = [KILL.id, "nobody/x/y", "team-b/app", dataKeyIds.b, "aaaaaaaaaaaa"];
  const kills = ids.flatMap((id) =>
    [false, true].map((lift) => foreign(`kills ${id}`, KILLS, { method: "POST", body: { kind: "caller", id, lift } })),
  );
  return [...named, ...underOwnName, ...kills, foreign("names no tenant", "/admin/api/usage", {})];
}

function foreign(title: string, path: string, options: AdminCallOptions): AdminAttack {
  return { id: "E02", title, administrator: "owner-of-a", path, options, expect: [404, "not_found"] };
}

/** What is asked of a tenant's application; the other routes take what they have defaults for. */
function bodyFor({ body, path }: AdminRoute): { readonly body?: object } {
  if (body === null) return {};
  return { body: path === "/admin/api/keys" ? { consumer: "app" } : {} };
}

/** E03: members and parameters beyond what a route takes, by an owner, who may do all that it does. */
function unknownMembers(): readonly AdminAttack[] {
  const refused = { administrator: "owner", expect: [400, "unknown_field"] } as const;
  return ROUTES.flatMap((route) => {
    const path = route.path.replaceAll(":id", "aaaaaaaaaaaa");
    const parameters = ["_method=DELETE", "role=owner", "__proto__=1"].map((query): AdminAttack => ({
      ...refused,
      id: "E03",
      title: `parameter ${query}`,
      path: `${path}?${query}`,
      options: { method: route.method, ...(route.body === null ? {} : { body: {} }) },
    }));
    if (route.body === null) return parameters;
    const members = ["role", "tenantId", "budget", "allowedHosts", "constructor"].map((member): AdminAttack => ({
      ...refused,
      id: "E03",
      title: `member ${member}`,
      path,
      options: { method: route.method, body: { [member]: "owner" } },
    }));
    return [...parameters, ...members];
  });
}

/** E05: a page of another site at every route. */
function otherSites(): readonly AdminAttack[] {
  const headers = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  return ROUTES.flatMap((route) =>
    headers.map((sent): AdminAttack => {
      const options = { method: route.method, headers: sent, ...(route.body === null ? {} : { body: {} }) };
      const path = route.path.replaceAll(":id", "aaaaaaaaaaaa");
      return { id: "E05", title: JSON.stringify(sent), administrator: "owner", path, options, expect: [403, "forbidden"] };
    }),
  );
}

/** E12: every method that a path does not take, with headers that name one that it does. */
function otherMethods(): readonly AdminAttack[] {
  return [...new Set(ROUTES.map(({ path }) => path))].flatMap((path) => {
    const taken = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
    const [own = "POST"] = taken;
    const headers = { "x-http-method-override": own, "x-method-override": own, "x-http-method": own };
    return METHODS.filter((method) => !taken.some((known) => known === method)).map((method): AdminAttack => ({
      id: "E12",
      title: method,
      administrator: "owner",
      path: path.replaceAll(":id", "aaaaaaaaaaaa"),
      options: { method, headers },
      expect: [405, "method_not_allowed"],
    }));
  });
}
