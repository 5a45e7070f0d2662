import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closeNow, HOST, listen } from "../../rigs/chaos-upstream/listen.ts";

/** What the agent's shell must have computed, so that an answer alone cannot contain it. */
export const PRINTED = "fairlead-42";
const COMMAND = "printf fairlead-%x 66";
export const FINAL_TEXT = `The command printed its answer.`;

/** A stand-in for a model: asks for one run of the agent's own shell tool, then says that it is done. In two wire formats, as recorded streams have them. */
export interface ScriptedBackend {
  readonly url: string;
  /** How many requests held the result of the command. */
  readonly resultsSeen: () => number;
  readonly close: () => Promise<void>;
}

export async function startScriptedBackend(): Promise<ScriptedBackend> {
  let results = 0;
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      if (text.includes(PRINTED)) results += 1;
      answer(request.url ?? "", text, response);
    });
  });
  const port = await listen(server, 0);
  return { url: `http://${HOST}:${port}`, resultsSeen: () => results, close: () => closeNow(server) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const part of request) chunks.push(part as Buffer); // a request's stream yields buffers
  return Buffer.concat(chunks).toString();
}

interface ToolCall {
  readonly name: string;
  readonly arguments: string;
}

function answer(url: string, text: string, response: ServerResponse): void {
  const body = JSON.parse(text) as { readonly stream?: boolean; readonly tools?: readonly unknown[] };
  const call = text.includes(PRINTED) ? null : findShell(body.tools ?? []);
  const isMessages = url.startsWith("/v1/messages");
  if (isMessages && url.includes("count_tokens")) return sendJson(response, { input_tokens: 1_234 });
  if (body.stream !== true) return sendJson(response, isMessages ? wholeMessage(call) : wholeCompletion(call));
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.end(isMessages ? messageStream(call) : completionStream(call));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

const SHELLS = /^(?:Bash|exec_command|shell|run_shell_command)$/;

/** The agent's shell tool, in either wire format, and arguments that its schema takes. */
function findShell(tools: readonly unknown[]): ToolCall | null {
  for (const tool of tools) {
    const record = tool as { name?: string; input_schema?: Schema; function?: { name: string; parameters?: Schema } }; // the two formats' own
    const name = record.function?.name ?? record.name ?? "";
    const properties = (record.function?.parameters ?? record.input_schema)?.properties ?? {};
    if (SHELLS.test(name)) return { name, arguments: JSON.stringify(argumentsFor(properties)) };
  }
  return null;
}

interface Schema {
  readonly properties?: Readonly<Record<string, { readonly type?: unknown }>>;
}

function argumentsFor(properties: NonNullable<Schema["properties"]>): object {
  if (properties["cmd"] !== undefined) return { cmd: COMMAND };
  const command = properties["command"]?.type === "array" ? ["bash", "-lc", COMMAND] : COMMAND;
  return properties["description"] === undefined ? { command } : { command, description: "Prints a number" };
}

const USAGE = { prompt_tokens: 321, completion_tokens: 12, total_tokens: 333 };

function chunk(delta: object, finish: string | null): string {
  return `data: ${JSON.stringify({ id: "chatcmpl-s", object: "chat.completion.chunk", created: 1_790_000_000, model: "scripted-1", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

function completionStream(call: ToolCall | null): string {
  const content =
    call === null
      ? FINAL_TEXT.split(" ").map((word, index) => chunk({ content: index === 0 ? word : ` ${word}` }, null))
      : [
          chunk(
            { tool_calls: [{ index: 0, id: "call_s1", type: "function", function: { name: call.name, arguments: "" } }] },
            null,
          ),
          ...splitInTwo(call.arguments).map((piece) =>
            chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }, null),
          ),
        ];
  const usage = `data: ${JSON.stringify({ id: "chatcmpl-s", object: "chat.completion.chunk", created: 1_790_000_000, model: "scripted-1", choices: [], usage: USAGE })}\n\n`;
  const role = chunk({ role: "assistant", content: call === null ? "" : null }, null);
  return [role, ...content, chunk({}, call === null ? "stop" : "tool_calls"), usage, "data: [DONE]\n\n"].join("");
}

function wholeCompletion(call: ToolCall | null): unknown {
  const calls = call === null ? {} : { tool_calls: [{ id: "call_s1", type: "function", function: call }] };
  const message = { role: "assistant", content: call === null ? FINAL_TEXT : null, ...calls };
  return {
    id: "chatcmpl-s",
    object: "chat.completion",
    created: 1_790_000_000,
    model: "scripted-1",
    choices: [{ index: 0, message, finish_reason: call === null ? "stop" : "tool_calls" }],
    usage: USAGE,
  };
}

function event(data: { readonly type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function messageStream(call: ToolCall | null): string {
  const block = call === null ? { type: "text", text: "" } : { type: "tool_use", id: "toolu_s1", name: call.name, input: {} };
  const deltas =
    call === null
      ? [{ type: "text_delta", text: FINAL_TEXT }]
      : splitInTwo(call.arguments).map((piece) => ({ type: "input_json_delta", partial_json: piece }));
  const { content: _none, ...start } = wholeMessage(call);
  const events = [
    {
      type: "message_start",
      message: { ...start, content: [], stop_reason: null, usage: { input_tokens: 321, output_tokens: 1 } },
    },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "ping" },
    ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: start.stop_reason, stop_sequence: null }, usage: { output_tokens: 12 } },
    { type: "message_stop" },
  ];
  return events.map(event).join("");
}

function wholeMessage(call: ToolCall | null) {
  const content =
    call === null
      ? [{ type: "text", text: FINAL_TEXT }]
      : [{ type: "tool_use", id: "toolu_s1", name: call.name, input: JSON.parse(call.arguments) as unknown }];
  return {
    id: "msg_s",
    type: "message",
    role: "assistant",
    model: "scripted-1",
    content,
    stop_reason: call === null ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage: { input_tokens: 321, output_tokens: 12 },
  };
}

function splitInTwo(text: string): readonly string[] {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
