import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AdminLab } from "./admin-lab.ts";

/** A cell of the checked-in matrix: a route and who asks. */
interface Cell {
  readonly method: string;
  readonly path: string;
  readonly administrator: string;
  readonly isAllowed: boolean;
}

export interface RbacFigures {
  readonly routes: number;
  readonly cells: number;
  /** Cells that the router answers otherwise than the page says. */
  readonly wrong: readonly string[];
}

const PAGE = join(import.meta.dirname, "../../../docs/admin-rbac.md");

/** Asks the router for every cell of docs/admin-rbac.md, for all tenants and for one. */
export async function runRbac(lab: AdminLab): Promise<RbacFigures> {
  const cells = readMatrix(await readFile(PAGE, "utf8"));
  const wrong: string[] = [];
  for (const cell of cells) {
    const fault = await judge(cell, lab);
    if (fault !== null) wrong.push(`${cell.administrator}: ${cell.method} ${cell.path} ${fault}`);
  }
  return { routes: new Set(cells.map(({ method, path }) => `${method} ${path}`)).size, cells: cells.length, wrong };
}

/** Every cell of the page's table of routes, and with it the one of the same role for `team-a` alone. */
function readMatrix(page: string): readonly Cell[] {
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
  const header = rows.find(([first]) => first === "route") ?? [];
  const roles = header.slice(2, -1);
  return rows
    .filter(([first = ""]) => /^[A-Z]+ \//.test(first))
    .flatMap((row) => {
      const [method = "", path = ""] = (row[0] ?? "").split(" ");
      return roles.flatMap((role, index) => {
        const isAllowed = row[index + 2] === "yes";
        const scoped = { method, path, administrator: `${role}-of-a`, isAllowed: isAllowed && row.at(-1) === "its own" };
        return [{ method, path, administrator: role, isAllowed }, scoped];
      });
    });
}

/**
 * Nobody's call does anything: bodies are empty and ids name nothing. Who may comes to have that refused (400, 404, 409) or gets
 * an answer; who may not hears 403 before any of it is looked at.
 */
async function judge({ administrator, isAllowed, method, path }: Cell, lab: AdminLab): Promise<string | null> {
  const tenant =
    administrator.endsWith("-of-a") && /^\/admin\/api\/(?:usage|requests|ledger|cache)/.test(path) ? "?tenant=team-a" : "";
  const address = path.replaceAll(/:[a-z]+/gi, "nothing") + tenant;
  const { body, status, text } = await lab.call(administrator, address, { method, ...(method === "GET" ? {} : { body: {} }) });
  const code = (body as { readonly error?: { readonly code?: string } } | null)?.error?.code; // an envelope, where it is one
  const isRefused = status === 403 && code === "forbidden";
  if (isAllowed === isRefused || status === 401 || status >= 500) {
    return `answered ${status}, the page says ${isAllowed ? "yes" : "no"}: ${text.slice(0, 200)}`;
  }
  return null;
}
