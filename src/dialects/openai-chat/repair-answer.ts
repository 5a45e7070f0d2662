import { parseExact, writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { readErrorObject } from "../canonical/openai-errors.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import { findError } from "../canonical/openai-answer-error.ts";
import { argumentsOf, formOf } from "./call-tracker.ts";
import { mendMessage } from "./mend-message.ts";
import { textOf } from "./text-of.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A whole answer mended for stock SDKs: roles, ids, types and arguments of calls, a reason for the end, content that is one
 * text, an error in the one form there is. The text as it came where nothing is wrong with it.
 */
export function repairAnswer(text: string, requestSeed: string): string {
  let body: unknown;
  try {
    body = parseExact(text);
  } catch {
    return text;
  }
  if (!isRecord(body)) return text;
  const error = findError("", body);
  if (error !== null) return repairError(text, body, error);
  const { choices } = body;
  if (!Array.isArray(choices)) return text;
  const seed = textOf(body["id"]) + requestSeed;
  const mended = choices.map((choice: unknown, position) => (isRecord(choice) ? mendChoice(choice, position, seed) : choice));
  return mended.every((choice, position) => choice === choices[position]) ? text : writeJson({ ...body, choices: mended });
}

/** @see https://platform.openai.com/docs/guides/error-codes */
function repairError(text: string, body: Fields, error: unknown): string {
  const inner = body["error"];
  if (isRecord(inner) && ["message", "type", "param", "code"].every((key) => key in inner)) return text;
  const { code, message, param, type } = readErrorObject(JSON.stringify(error));
  return JSON.stringify({
    error: { message, type: type === "" ? "server_error" : type, param, code: code === "" ? null : code },
  });
}

function mendChoice(choice: Fields, position: number, seed: string): Fields {
  const index = typeof choice["index"] === "number" ? choice["index"] : position;
  const said = choice["message"];
  const message = mendWhole(isRecord(said) ? said : {}, `${seed} ${index}`);
  const finish = mendFinish(choice["finish_reason"], message);
  const isSame = message === said && finish === choice["finish_reason"] && index === choice["index"];
  return isSame ? choice : { ...choice, index, message, finish_reason: finish };
}

/** A whole answer has ended, and for its calls' sake where it has some. */
function mendFinish(finish: unknown, message: Fields): unknown {
  const said = typeof finish === "string" && finish !== "" ? finish : "stop";
  const calls = message["tool_calls"];
  return said === "stop" && Array.isArray(calls) && calls.length > 0 ? "tool_calls" : said;
}

function mendWhole(message: Fields, seed: string): Fields {
  let mended = mendMessage(message);
  if (typeof mended["role"] !== "string" || mended["role"] === "") mended = { ...mended, role: "assistant" };
  const calls = mended["tool_calls"];
  if (!Array.isArray(calls)) return mended;
  const list = calls.map((call: unknown, position) => (isRecord(call) ? mendCall(call, `${seed} ${position}`) : call));
  return list.every((call, position) => call === calls[position]) ? mended : { ...mended, tool_calls: list };
}

function mendCall(call: Fields, seed: string): Fields {
  const type = formOf(call);
  const member = type === "custom" ? "input" : "arguments";
  const body = isRecord(call[type]) ? call[type] : {};
  const text = argumentsOf(body[member]) || (type === "function" ? "{}" : "");
  const id = textOf(call["id"]) || `call_${stableHash(seed).slice(0, 24)}`;
  const hasStub = type === "function" && "custom" in call;
  const isSame = id === call["id"] && type === call["type"] && text === body[member] && !hasStub;
  if (isSame) return call;
  const { custom: _, ...own } = call;
  return { ...(hasStub ? own : call), id, type, [type]: { ...body, [member]: text } };
}
