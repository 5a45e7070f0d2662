import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runAdminAttacks } from "../../../test/conformance/admin/admin-attacks.ts";
import { type AdminLab, startAdminLab } from "../../../test/conformance/admin/admin-lab.ts";
import { runAnswers } from "../../../test/conformance/admin/answers.ts";
import { runRbac } from "../../../test/conformance/admin/rbac.ts";
import { runTampering } from "../../../test/conformance/admin/tampering.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { Area, ProveRow, Seen } from "../row.ts";

const SHOWN = 10;

/** Who may do what in the admin API, and what is written down of it. */
export function createAdminRows(): Area {
  let started: Promise<AdminLab> | null = null;
  const lab = once(() => (started = startAdminLab()));
  return {
    rows: [accessRow(lab), attackRow(lab), answerRow(lab), auditRow(lab)],
    close: async () => (await started)?.close(),
  };
}

function accessRow(lab: () => Promise<AdminLab>): ProveRow {
  return {
    promise: "Every role may at a running router what docs/admin-rbac.md says, for all tenants and for one, and nothing else",
    run: async () => {
      const { cells, routes, wrong } = await runRbac(await lab());
      return seen(wrong, cells > 0, `${cells - wrong.length} of ${cells} cells of ${routes} routes as the page says`);
    },
  };
}

function attackRow(lab: () => Promise<AdminLab>): ProveRow {
  return {
    promise: "Attacks E02, E03, E05 and E12 are refused at every route of the admin API, and nothing comes of them",
    run: async () => {
      const { isUnchanged, sent, wrong } = await runAdminAttacks(await lab());
      const counts = Object.entries(sent).map(([id, count]) => `${id} ${count}`);
      const isSent = Object.values(sent).every((count) => count > 0);
      return seen(
        wrong,
        isUnchanged && isSent,
        `${counts.join(", ")}: ${wrong.length} not refused; ${isUnchanged ? "nothing" : "SOMETHING"} changed`,
      );
    },
  };
}

function answerRow(lab: () => Promise<AdminLab>): ProveRow {
  return {
    promise: "Every operation of a running router answers what docs/admin-api.json describes, with nothing beside it",
    run: async () => {
      const { operations, wrong } = await runAnswers(await lab());
      return seen(wrong, operations > 0, `${operations - wrong.length} of ${operations} operations`);
    },
  };
}

function auditRow(lab: () => Promise<AdminLab>): ProveRow {
  return {
    promise:
      "Attack E13: whatever is deleted, edited, moved, cut off or written anew in an export of the audit log is found offline",
    run: async () => {
      const directory = await mkdtemp(join(tmpdir(), "fairlead-audit-"));
      const options = { changes: IDENTITY_LIMITS.audited, directory };
      const { entries, exports, intact, unnoticed, ways } = await runTampering(await lab(), options);
      await rm(directory, { recursive: true, force: true });
      const untouched = intact ? "intact as it came" : "NOT INTACT as it came";
      const figure = `${exports} exports of ${entries} entries tampered with in ${ways} ways: ${exports - unnoticed.length} found; ${untouched}`;
      return seen(unnoticed, intact && exports > 0, figure);
    },
  };
}

function seen(wrong: readonly string[], isElse: boolean, figure: string): Seen {
  return { holds: wrong.length === 0 && isElse, figure, details: wrong.slice(0, SHOWN) };
}
