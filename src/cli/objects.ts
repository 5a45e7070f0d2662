import { parseArgs } from "node:util";
import { type CliIo, EXIT } from "./io.ts";
import { startObjectHost, STATE_DIRECTORY } from "./local-object-host.ts";
import { parsePort } from "./parse-port.ts";
import { tryParse } from "./try-parse.ts";
import { untilStopped } from "./until-stopped.ts";

export const OBJECTS_USAGE = `fairlead objects [--port 8788] [--state DIR]         default: ${STATE_DIRECTORY}`;

const OPTIONS = { port: { type: "string", default: "8788" }, state: { type: "string", default: STATE_DIRECTORY } } as const;

/** `fairlead objects`: the objects that several routers on this machine share, until it is stopped. */
export async function runObjects(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => {
    const { port, state } = parseArgs({ args: [...args], options: OPTIONS }).values;
    return { port: parsePort(port), stateDirectory: state };
  });
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\n${OBJECTS_USAGE}`);
    return EXIT.usage;
  }
  try {
    const host = await startObjectHost({ ...parsed.value, cwd: io.cwd });
    io.out(`The objects in ${parsed.value.stateDirectory} are served on ${host.url}, to this machine alone.`);
    io.out(`Start each router with: fairlead serve --port N --objects ${host.url}`);
    return await untilStopped(host);
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}
