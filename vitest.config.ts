import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const STARTS_ROUTERS = ["test/conformance/**/*.test.ts", "test/rigs/**/*.test.ts", "test/cli/drill/**/*.test.ts"];

/**
 * Two projects: plain Node for what is pure or drives the router from outside, real workerd for what needs its
 * objects. Suites that start a router run two files at a time: they mostly wait, and more would slow each other down.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.workerd.test.ts", ...STARTS_ROUTERS],
          // Property tests at full size, on a busy machine.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "conformance",
          include: STARTS_ROUTERS,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [cloudflareTest({ main: "./test/workerd/worker.ts", wrangler: { configPath: "./wrangler.toml" } })],
        // Tests in workerd do not see the environment.
        test: {
          name: "workerd",
          include: ["test/**/*.workerd.test.ts"],
          provide: { isFull: process.env["FAIRLEAD_FULL"] === "1" },
        },
      },
    ],
  },
});
