import { describe } from "vitest";
import { upstreamContract } from "../../ports/upstream.contract.ts";
import { simulatorRig } from "./simulator-rig.ts";

describe("simulator", () => {
  upstreamContract(simulatorRig);
});
