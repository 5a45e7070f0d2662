import { parseArgs } from "node:util";
import { startChaosUpstream } from "./index.ts";

const { values } = parseArgs({
  options: { port: { type: "string", default: "0" }, "hang-seconds": { type: "string", default: "30" } },
});
const upstream = await startChaosUpstream({ port: Number(values.port), hangSeconds: Number(values["hang-seconds"]) });
console.log(upstream.url);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void upstream.close());
