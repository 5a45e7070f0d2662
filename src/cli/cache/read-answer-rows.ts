import * as z from "zod";
import { InputRefused } from "../input-refused.ts";
import type { AnswerRow } from "./answer-row.ts";

/** What the columns, or the fields of a line of JSON, may be called. */
const TEXT_NAMES = ["prompt", "text", "question", "query", "utterance"];
const ANSWER_NAMES = ["answer_id", "answer-id", "answerid", "id_set", "answer", "intent", "label", "category"];

const recordSchema = z.looseObject({});

/** Rows of a JSONL, CSV or TSV file with a header. @throws InputRefused where it has no column of texts, or none of answers */
export function readAnswerRows(content: string): readonly AnswerRow[] {
  const text = content.replace(/^\uFEFF/, "");
  const rows = text.trimStart().startsWith("{") ? rowsOfJson(text) : rowsOfTable(text);
  const used = rows.filter((row) => row.text.trim() !== "");
  if (used.length === 0) throw new InputRefused("The file has no rows.");
  return used;
}

function rowsOfJson(text: string): readonly AnswerRow[] {
  const lines = text.split("\n").map((line, at) => ({ line: line.trim(), number: at + 1 }));
  return lines
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => {
      const record = parseLine(line, number);
      const names = Object.keys(record);
      const [textName, answerName] = [pick(names, TEXT_NAMES, "texts"), pick(names, ANSWER_NAMES, "answers")];
      return { text: cellOf(record[textName]), answer: cellOf(record[answerName]) };
    });
}

function parseLine(line: string, number: number): Readonly<Record<string, unknown>> {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new InputRefused(`Line ${number} is no JSON object.`, { cause });
  }
}

function cellOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function rowsOfTable(text: string): readonly AnswerRow[] {
  const [header = ""] = text.split("\n", 1);
  const lines = header.includes("\t") ? text.split(/\r?\n/).map((line) => line.split("\t")) : readCsv(text);
  const [names = [], ...rest] = lines;
  const places = names.map((name) => name.trim());
  const textAt = places.indexOf(pick(places, TEXT_NAMES, "texts"));
  const answerAt = places.indexOf(pick(places, ANSWER_NAMES, "answers"));
  return rest.map((cells) => ({ text: cells[textAt] ?? "", answer: (cells[answerAt] ?? "").trim() }));
}

function pick(names: readonly string[], known: readonly string[], what: string): string {
  const name = known.map((one) => names.find((other) => other.toLowerCase() === one)).find((found) => found !== undefined);
  if (name !== undefined) return name;
  throw new InputRefused(`No column of ${what}: there must be one called ${known.join(", ")}. There are: ${names.join(", ")}.`);
}

/** RFC 4180: cells in quotes may hold commas, line ends and doubled quotes. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare = "", end = ""] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}
