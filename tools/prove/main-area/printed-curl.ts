import type { FreshClone } from "./fresh-clone.ts";
import { findFreePort } from "../../../bench/ports.ts";

const READY_MS = 60_000;
const POLL_MS = 100;
const REQUEST = '{"model":"chat",';

/** What the one printed curl line gave: as it is, with `"stream":true` added, and as it is with `-i`. */
export interface CurlAnswers {
  readonly json: string;
  readonly stream: string;
  readonly withHeaders: string;
}

/** Starts the router with `npm start -- --port N` and pastes the curl line that it prints into a shell. @throws Error when it prints none */
export async function pasteCurl(clone: FreshClone, variables: Readonly<Record<string, string>> = {}): Promise<CurlAnswers> {
  const router = clone.start("npm", ["start", "--", "--port", String(await findFreePort())], variables);
  try {
    const line = await waitForCurl(router.output, router.hasExited);
    const paste = async (command: string): Promise<string> => (await clone.run("sh", ["-c", command])).stdout;
    return {
      json: await paste(line),
      stream: await paste(line.replace(REQUEST, `${REQUEST}"stream":true,`)),
      withHeaders: await paste(`${line} -i`),
    };
  } finally {
    await router.stop();
  }
}

async function waitForCurl(output: () => string, hasExited: () => boolean): Promise<string> {
  const giveUpAt = Date.now() + READY_MS;
  while (Date.now() < giveUpAt && !hasExited()) {
    const line = output()
      .split("\n")
      .find((candidate) => candidate.trimStart().startsWith("curl "));
    // The next line is there too: this one is whole.
    if (line !== undefined && output().includes("Stop with Ctrl-C")) return line;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error(`npm start printed no curl line: ${output().trim().slice(-400)}`);
}

/** The text of a whole JSON answer. @throws Error when it is none */
export function readJsonAnswer(json: string): { readonly model: string; readonly text: string } {
  const body = parse(json);
  const text = body.choices?.[0]?.message?.content ?? "";
  if (body.object !== "chat.completion" || text === "") throw new Error(`This is no chat completion: ${json.slice(0, 300)}`);
  return { model: body.model ?? "", text };
}

/** How many events a complete stream has. @throws Error when it is none or not complete */
export function countEvents(stream: string): number {
  const events = stream.split("\n").filter((line) => line.startsWith("data: {"));
  if (!stream.endsWith("data: [DONE]\n\n")) throw new Error(`This stream is not complete: ${stream.slice(-300)}`);
  if (!events.some((event) => (parse(event.slice("data: ".length)).choices?.[0]?.delta?.content ?? "") !== ""))
    throw new Error("The stream has no content.");
  return events.length;
}

interface Completion {
  readonly object?: string;
  readonly model?: string;
  readonly choices?: readonly {
    readonly message?: { readonly content?: string };
    readonly delta?: { readonly content?: string };
  }[];
}

function parse(json: string): Completion {
  try {
    return JSON.parse(json) as Completion; // every field is checked where it is read
  } catch (cause) {
    throw new Error(`This is not JSON: ${json.slice(0, 300)}`, { cause });
  }
}
