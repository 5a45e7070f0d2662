import { ADMIN_ROLE_NAMES, ADMIN_ROLES, isPermitted } from "../core/admin/admin-roles.ts";
import type { AdminRoute } from "../core/admin/admin-route.ts";
import { ADMIN_ROUTES } from "../core/admin/admin-routes.ts";

const INTRODUCTION = `<!-- Written by \`npx fairlead generate\` from src/core/admin/. Do not edit. -->

# Who may do what in the admin API

A key of \`LLMGateway.spec.admin.keys\` has roles; what none of them allows is 403. A key with \`tenants\` sees and changes
only what is theirs: all else is 404 (\`its own\`), and what concerns every tenant at once is 403 (\`no\`). A request with a key that is none is
401, whatever the route.
`;

/** The matrix of routes and roles, as a page. A test asks a running router for every cell of it. */
export function adminReference(): string {
  const roles = ADMIN_ROLE_NAMES.map((name) => `| \`${name}\` | ${ADMIN_ROLES[name].summary} |`);
  const routes: readonly AdminRoute[] = Object.values(ADMIN_ROUTES);
  const header = ["route", "permission", ...ADMIN_ROLE_NAMES, "with `tenants`"];
  const rows = routes.map((route) => [
    `\`${route.method} ${route.path}\``,
    `\`${route.permission}\``,
    ...ADMIN_ROLE_NAMES.map((name) => (isPermitted({ roles: [name] }, route.permission) ? "yes" : "no")),
    route.reach === "deployment" ? "no" : "its own",
  ]);
  return [
    INTRODUCTION,
    "## Roles",
    "",
    "| role | may |",
    "| --- | --- |",
    ...roles,
    "",
    "## Routes",
    "",
    row(header),
    row(header.map(() => "---")),
    ...rows.map(row),
    "",
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
