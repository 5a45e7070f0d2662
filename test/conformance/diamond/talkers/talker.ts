import type { Ask, SurfaceName } from "../heard.ts";

/** What is said after the first answer, to which model. */
export interface Next {
  readonly model: string;
  /** What the tools gave, for as many calls as there are; a call beyond them gets the last. */
  readonly results: readonly string[];
}

/** A stock client that goes on with a conversation: it sends its own reading of an answer back as history. */
export interface Talker {
  readonly name: string;
  readonly surface: SurfaceName;
  /**
   * What it sends back of what it was given: `all`; `shown`: not the thoughts without a text; `some`: no field that its
   * format has not got.
   */
  readonly keeps: "all" | "shown" | "some";
  /** Asks, appends the answer and the results of its calls (or more words), and asks again. @throws what the client raises */
  talk(ask: Ask, next: Next): Promise<void>;
}

export const MORE = "And where is the lighthouse?";

/** What the tool gave for one call. */
export function resultFor({ results }: Next, call: number): string {
  return results[call] ?? results.at(-1) ?? "done";
}
