import { EvaluationError } from "@marcbachmann/cel-js";
import { type CallerFacts, type ExpressionFacts, MOST_ENTRIES, type RequestFacts } from "./facts.ts";
import { EXPRESSION_LIMITS } from "./limits.ts";
import type { Pattern } from "./run-pattern.ts";

/**
 * Facts as the evaluator wants them: whole numbers are bigint; collections are `Map`s and arrays, because of a plain object
 * the evaluator reads `constructor`, which a caller's header may be called. Each member is read when it is named.
 */
export class RequestView implements Record<keyof RequestFacts, unknown> {
  readonly #facts: RequestFacts;
  #headers: ReadonlyMap<string, string> | null = null;

  constructor(facts: RequestFacts) {
    this.#facts = facts;
  }
  get model(): unknown {
    return this.#facts.model;
  }
  get operation(): unknown {
    return this.#facts.operation;
  }
  get path(): unknown {
    return this.#facts.path;
  }
  get stream(): unknown {
    return this.#facts.stream;
  }
  get tokens(): unknown {
    return toInt(this.#facts.tokens);
  }
  get messages(): unknown {
    return toInt(this.#facts.messages);
  }
  get maxTokens(): unknown {
    return toInt(this.#facts.maxTokens);
  }
  get tools(): unknown {
    return this.#facts.tools;
  }
  get images(): unknown {
    return this.#facts.images;
  }
  get audio(): unknown {
    return this.#facts.audio;
  }
  get jsonSchema(): unknown {
    return this.#facts.jsonSchema;
  }
  get reasoning(): unknown {
    return this.#facts.reasoning;
  }
  get headers(): unknown {
    this.#headers ??= this.#facts.headers;
    if (this.#headers.size > MOST_ENTRIES.headers) throw tooMany("request.headers", MOST_ENTRIES.headers);
    return this.#headers;
  }
}

/** The same for who calls. */
export class CallerView implements Record<keyof CallerFacts, unknown> {
  readonly #facts: CallerFacts;
  #tags: ReadonlyMap<string, string> | null = null;

  constructor(facts: CallerFacts) {
    this.#facts = facts;
  }
  get tenant(): unknown {
    return this.#facts.tenant;
  }
  get consumer(): unknown {
    return this.#facts.consumer;
  }
  get key(): unknown {
    return this.#facts.key;
  }
  get roles(): unknown {
    const { roles } = this.#facts;
    if (roles.length > MOST_ENTRIES.roles) throw tooMany("caller.roles", MOST_ENTRIES.roles);
    return roles;
  }
  get tags(): unknown {
    this.#tags ??= toMap("caller.tags", this.#facts.tags, MOST_ENTRIES.tags);
    return this.#tags;
  }
}

/** What an evaluation searches texts for. */
interface Searches {
  readonly patterns: ReadonlyMap<string, Pattern>;
  /** Instructions times characters. */
  workLeft: number;
}

/** The variables of one evaluation, its patterns, and what is left of the work it may spend on them. */
export class EvaluationContext {
  readonly #facts: ExpressionFacts;
  #request: RequestView | null = null;
  #caller: CallerView | null = null;
  /** No variable of an expression, since none of this name is declared. */
  readonly searches: Searches;

  constructor(facts: ExpressionFacts, patterns: ReadonlyMap<string, Pattern>) {
    this.#facts = facts;
    this.searches = { patterns, workLeft: EXPRESSION_LIMITS.patternWork };
  }
  get request(): RequestView {
    this.#request ??= new RequestView(this.#facts.request);
    return this.#request;
  }
  get caller(): CallerView {
    this.#caller ??= new CallerView(this.#facts.caller);
    return this.#caller;
  }
  get now(): Date {
    return this.#facts.now;
  }
}

/** @throws RangeError when the number is no number */
function toInt(value: number): bigint {
  return BigInt(Math.trunc(value));
}

/** @throws the library's EvaluationError when there are more than `most` */
function toMap(name: string, record: Readonly<Record<string, string>>, most: number): ReadonlyMap<string, string> {
  const entries = Object.entries(record);
  if (entries.length > most) throw tooMany(name, most);
  return new Map(entries);
}

function tooMany(name: string, most: number): EvaluationError {
  return new EvaluationError(`${name} has more than ${most} entries`);
}
