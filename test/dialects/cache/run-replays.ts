import { wordsOf } from "../../../src/dialects/canonical/answer-record.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import type { Heard } from "../../conformance/diamond/heard.ts";
import { DRIVERS } from "../../conformance/diamond/drivers/index.ts";
import { KEPT_ANSWERS } from "./kept-answers.ts";
import { startReplayServer } from "./replay-server.ts";

export interface Replays {
  readonly clients: readonly string[];
  readonly exchanges: number;
  /** What a stock client did not hear as it was kept. */
  readonly problems: readonly string[];
}

/** Every kept answer to every stock client of the four surfaces, as JSON and as a stream. */
export async function runReplays(): Promise<Replays> {
  const drivers = DRIVERS.filter(({ surface }) => surface !== "openai-completions");
  const problems: string[] = [];
  let exchanges = 0;
  for (const [name, answer] of Object.entries(KEPT_ANSWERS)) {
    const server = await startReplayServer(answer);
    for (const [driver, stream] of drivers.flatMap((each) => [[each, false] as const, [each, true] as const])) {
      const heard = await driver.ask({ origin: server.origin, apiKey: "key", model: "m", stream, tools: [] });
      exchanges += 1;
      if (!isHeard(heard, answer))
        problems.push(`${driver.name}, ${stream ? "stream" : "JSON"}, ${name}: ${JSON.stringify(heard)}`);
    }
    await server.stop();
  }
  return { clients: drivers.map(({ name }) => name), exchanges, problems };
}

/** A picture is told in words where answers hold none. */
function isHeard({ error, finish, text, usage }: Heard, answer: ChatAnswer): boolean {
  const isCounted = usage === null || usage.output_total === answer.usage?.outputTokens;
  return error === null && finish === "stop" && text.startsWith(wordsOf(answer)) && isCounted;
}
