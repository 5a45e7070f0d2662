import type { Run } from "../../src/pipeline/deps.ts";
import { Watchdog } from "../../src/pipeline/watchdog.ts";
import type { Isolate } from "./isolate.ts";
import type { World } from "./world.ts";

const HEADERS: ReadonlyMap<string, string> = new Map();
/** Never armed: what may not take too long is an event of the simulation. */
const WATCHDOG = new Watchdog();
const { signal: SIGNAL } = new AbortController();

/** All that is not deterministic in one request, from the simulation. */
export class SimulatedRun implements Run {
  readonly requestId: string;
  readonly callerRequestId: string;
  readonly headers = HEADERS;
  readonly path = "/v1/chat/completions";
  readonly clientCertificate = null;
  readonly origin = { country: "", continent: "" };
  readonly query = "";
  readonly dialect = "openai-chat";
  readonly watchdog = WATCHDOG;
  readonly signal = SIGNAL;
  readonly startedAt: number;
  readonly #world: World;
  readonly #isolate: Isolate;

  constructor(requestId: string, isolate: Isolate, world: World) {
    this.requestId = requestId;
    this.callerRequestId = requestId;
    this.startedAt = isolate.now;
    this.#isolate = isolate;
    this.#world = world;
  }

  now(): number {
    return this.#isolate.now;
  }

  draw(): number {
    return this.#world.random.draw();
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#isolate.after(ms, resolve, true);
    });
  }

  /** What goes on after the response goes on anyhow. */
  defer(): void {}
}
