import { createSimulator } from "../../../src/adapters/simulator/simulator.ts";
import type { UpstreamRig } from "../../ports/upstream.contract.ts";
import { question } from "./ask.ts";

/** The simulator, with the model for each behaviour that the contract of upstreams asks for. */
export function simulatorRig(): UpstreamRig {
  return {
    upstream: createSimulator(),
    answers: askFor("sim-small"),
    refuses: askFor("sim-status-503"),
    redirects: askFor("sim-status-302"),
    stalls: askFor("sim-stall"),
    hangs: askFor("sim-hang"),
    breaks: askFor("sim-cut"),
    isDown: askFor("sim-unreachable"),
  };
}

function askFor(model: string): UpstreamRig["answers"] {
  const body = JSON.stringify({ model, messages: question, stream: model === "sim-stall" || model === "sim-cut" });
  return { transport: "simulator", url: "http://simulator.invalid/v1/chat/completions", headers: {}, body };
}
