import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDurableAnswerStore } from "../../../src/adapters/durable-object/answer-store.ts";
import { createRemoteObjectNamespace } from "../../../src/adapters/durable-object/remote-objects.ts";
import { startObjectHost } from "../../../src/cli/local-object-host.ts";
import type { AnswerAdmin } from "../../../src/ports/answer-admin.ts";
import type { AnswerStore } from "../../../src/ports/answer-store.ts";

/** The objects in a process of their own, over files that outlive it, and a store of answers in them. */
export interface AnswerLab {
  readonly store: AnswerStore & AnswerAdmin;
  /** Ends the process there and then. */
  kill(): void;
  /** Starts it anew over the same files, once it has ended. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startAnswerLab(): Promise<AnswerLab> {
  const stateDirectory = await mkdtemp(join(tmpdir(), "fairlead-answers-"));
  let host = await startObjectHost({ stateDirectory, quiet: true });
  const objects = createRemoteObjectNamespace({ fetch: (url, init) => fetch(toHost(url), init) }, "AnswerStore");
  const toHost = (url: string): string => url.replace("http://objects", host.url);
  return {
    store: createDurableAnswerStore(objects, objects),
    kill: () => void process.kill(host.pid, "SIGKILL"),
    restart: async () => {
      await host.close();
      host = await startObjectHost({ stateDirectory, quiet: true });
    },
    close: async () => {
      await host.close();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}
