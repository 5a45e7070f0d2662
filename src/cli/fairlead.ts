#!/usr/bin/env node
import { dispatch } from "./dispatch.ts";

// Whoever reads the output may have read enough: `fairlead rollout start … | head -2`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await dispatch(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  env: process.env,
  cwd: process.cwd(),
});
