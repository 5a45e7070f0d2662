import { delimiter } from "node:path";

/** What a new shell of this user would have; everything else may come from npm, a test run or a developer's session. */
const KEPT =
  /^(?:HOME|USER|LOGNAME|SHELL|TERM|LANG|LC_\w+|TMPDIR|(?:https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|npm_config_(?:registry|cafile|userconfig|cache))$/i;

/** The environment of a machine without this repository: its own `node` comes first, and no provider's variable is set. */
export function hostEnvironment(): Readonly<Record<string, string>> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && KEPT.test(name) ? [[name, value] as const] : [],
  );
  const folders = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !/(?:^|[/\\])node_modules[/\\]\.bin$/.test(folder));
  return { ...Object.fromEntries(kept), PATH: folders.join(delimiter) };
}
