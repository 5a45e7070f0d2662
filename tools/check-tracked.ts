import { spawnSync } from "node:child_process";

const FORBIDDEN: readonly { readonly what: string; readonly pattern: string; readonly paths: readonly string[] }[] = [
  { what: "a lock file names a download address", pattern: '"resolved": "http', paths: ["*package-lock.json"] },
  {
    what: "a path of one machine",
    pattern: "/(root|work|home)/[a-z]",
    paths: [".", ":!test/fixtures", ":!tools/check-tracked.ts"],
  },
];

/** Lines of tracked files that tie the project to a host or a machine; nothing when there are none. */
export function checkTracked(): string {
  return FORBIDDEN.flatMap(({ what, paths, pattern }) => {
    const { stdout } = spawnSync("git", ["grep", "-nIE", pattern, "--", ...paths], { encoding: "utf8" });
    return stdout === "" ? [] : [`${what}:\n${stdout.trimEnd()}`];
  }).join("\n");
}
