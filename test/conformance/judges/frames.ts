import type { JudgedSurface } from "./judged.ts";

/** One event with data of a stream, as it was written. */
export interface Frame {
  /** From 1, comments not counted. */
  readonly number: number;
  readonly name: string | null;
  readonly data: string;
  /** `data` parsed; undefined for what is not JSON. */
  readonly value: unknown;
}

export interface Framed {
  readonly frames: readonly Frame[];
  readonly problems: readonly string[];
}

const DONE = "[DONE]";
/** Members that name or identify: text of a model never stands in them. */
const STRUCTURAL =
  /^(?:id|object|model|type|role|name|call_id|item_id|finish_reason|finishReason|stop_reason|status|responseId|modelVersion)$/;
const SLIPS: ReadonlySet<unknown> = new Set(["undefined", "null", "NaN", "[object Object]"]);

/**
 * Splits what was written into events and judges the framing: every event ends with a blank line, has one line of data and,
 * where the surface has names, one of name before it; comments stand alone; the bytes are UTF-8.
 */
export function readFrames(surface: JudgedSurface, written: string | Uint8Array): Framed {
  const { text, problems } = decode(written);
  if (text.startsWith("[") && surface === "gemini") return readArray(text, problems);
  const blocks = text.split(/\r\n\r\n|\n\n/);
  const last = blocks.pop() ?? "";
  if (last !== "") problems.push(`the text ends in the middle of an event: ${excerpt(last)}`);
  if (text === "") problems.push("the stream is empty");
  const frames: Frame[] = [];
  for (const block of blocks) {
    const lines = block.split(/\r\n|\n/);
    if (lines.every((line) => line.startsWith(":"))) continue;
    const number = frames.length + 1;
    const { frame, wrong } = readFrame(lines, number);
    for (const says of [...wrong, ...wrongName(surface, frame), ...wrongData(surface, frame), ...slips(frame.value)])
      problems.push(`event ${number}: ${says}`);
    frames.push(frame);
  }
  return { frames, problems };
}

function wrongName(surface: JudgedSurface, { name }: Frame): readonly string[] {
  const isNamed = surface === "openai-responses" || surface === "anthropic-messages";
  if (isNamed) return name === null ? ["has no event: line"] : [];
  return name === null ? [] : ["has an event: line"];
}

function wrongData(surface: JudgedSurface, { data, value }: Frame): readonly string[] {
  const isEnd = data === DONE && (surface === "openai-chat" || surface === "openai-completions");
  return value === undefined && !isEnd ? [`its data is not JSON: ${excerpt(data)}`] : [];
}

function decode(written: string | Uint8Array): { readonly text: string; readonly problems: string[] } {
  const problems: string[] = [];
  let text: string;
  if (typeof written === "string") text = written;
  else {
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(written);
    } catch {
      problems.push("the bytes are not UTF-8");
      text = new TextDecoder().decode(written);
    }
  }
  if (!text.isWellFormed()) problems.push("half a surrogate pair stands alone");
  if (text.startsWith("\uFEFF")) problems.push("the text begins with a byte order mark");
  if (/\r(?!\n)/.test(text)) problems.push("a carriage return stands alone");
  return { text, problems };
}

function readFrame(lines: readonly string[], number: number): { readonly frame: Frame; readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  const names = lines.filter((line) => line.startsWith("event:")).map(valueOf);
  const datas = lines.filter((line) => line.startsWith("data:")).map(valueOf);
  const [name = null] = names;
  const [data = ""] = datas;
  if (lines.some((line) => line.startsWith(":"))) wrong.push("a comment is glued to it");
  const others = lines.filter((line) => !/^(?::|event:|data:)/.test(line));
  if (others.length > 0) wrong.push(`has the line ${excerpt(others[0] ?? "")}`);
  if (datas.length !== 1) wrong.push(`has ${datas.length} lines of data`);
  if (names.length > 1) wrong.push(`has ${names.length} event: lines`);
  if (lines.findIndex((line) => line.startsWith("event:")) > lines.findIndex((line) => line.startsWith("data:")))
    wrong.push("its event: line does not come first");
  return { frame: { number, name, data, value: parse(data) }, wrong };
}

/** Gemini's stream without `alt=sse`: one array, an item an event. */
function readArray(text: string, problems: string[]): Framed {
  const value = parse(text);
  if (!Array.isArray(value)) return { frames: [], problems: [...problems, "the array is not JSON"] };
  const frames = value.map((item: unknown, index): Frame => ({
    number: index + 1,
    name: null,
    data: JSON.stringify(item),
    value: item,
  }));
  for (const { number, value: item } of frames) for (const says of slips(item)) problems.push(`event ${number}: ${says}`);
  return { frames, problems };
}

function valueOf(line: string): string {
  const value = line.slice(line.indexOf(":") + 1);
  return value.startsWith(" ") ? value.slice(1) : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Values that only a slip in our own code writes into a member that names something. */
function slips(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const place = path === "" ? key : `${path}.${key}`;
    if (STRUCTURAL.test(key) && SLIPS.has(item)) return [`${place} is "${String(item)}"`];
    return slips(item, place);
  });
}

function excerpt(text: string): string {
  return JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 80)}…`);
}
