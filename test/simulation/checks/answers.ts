import type { Exchange } from "../exchange.ts";
import type { Ending, Request } from "../request.ts";
import type { Violate } from "./violations.ts";

/** I7: no success is told after an upstream's error. I8: what a caller gets is of one attempt, and once. */
export class Answers {
  readonly #violate: Violate;
  readonly #from = new Map<Request, Exchange>();

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  began(request: Request, exchange: Exchange): void {
    if (this.#from.has(request)) this.#violate("I8", `r${request.asked.id} is answered twice`);
    if (exchange.state !== "content")
      this.#violate("I8", `r${request.asked.id} is answered by an attempt that is ${exchange.state}`);
    this.#from.set(request, exchange);
  }

  ended(request: Request, exchange: Exchange, ending: Ending): void {
    if (this.#from.get(request) !== exchange) this.#violate("I8", `r${request.asked.id} ends with another attempt's bytes`);
    const { reaction } = exchange;
    const isSound = reaction.kind === "answers" && !reaction.isCut;
    if (ending.kind === "ok" && !isSound) this.#violate("I7", `r${request.asked.id} is told success after an error`);
  }
}
