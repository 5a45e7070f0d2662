interface Chunk {
  readonly id: unknown;
  readonly created: unknown;
  readonly model: unknown;
  readonly choices: readonly Choice[];
  readonly usage?: unknown;
}

interface Choice {
  readonly index: number;
  readonly delta: { readonly role?: string; readonly tool_calls?: readonly Entry[] };
  readonly finish_reason?: string | null;
}

interface Entry {
  readonly index: number;
  readonly id?: unknown;
  readonly type?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown };
  readonly custom?: { readonly name?: unknown; readonly input?: unknown };
}

/** Where a stream of one choice breaks a rule that stock clients rely on; empty where it breaks none. */
export function checkChunks(stream: string, { isOurs }: { readonly isOurs: boolean }): readonly string[] {
  const events = stream.split("\n\n").filter((event) => event !== "" && !event.startsWith(":"));
  const problems = stream.endsWith("\n\n") ? [] : ["the last event has no blank line"];
  if (events.pop() !== "data: [DONE]") problems.push("the last event is not [DONE]");
  const chunks = events.map((event) => JSON.parse(event.slice("data: ".length)) as Chunk);
  if (isOurs) problems.push(...checkHeads(chunks));
  return [...problems, ...checkChoices(chunks), ...checkCalls(chunks)];
}

function checkHeads(chunks: readonly Chunk[]): readonly string[] {
  const heads = new Set(chunks.map(({ created, id, model }) => JSON.stringify([id, created, model])));
  return heads.size === 1 ? [] : [`${heads.size} different heads`];
}

function checkChoices(chunks: readonly Chunk[]): readonly string[] {
  const choices = chunks.flatMap((chunk) => [...chunk.choices]);
  const [first] = choices;
  const finishes = choices.filter(({ finish_reason: finish }) => typeof finish === "string");
  const ended = choices.findIndex(({ finish_reason: finish }) => typeof finish === "string");
  const late = choices.slice(ended + 1).filter(({ delta }) => Object.keys(delta).length > 0);
  return [
    ...(first?.delta.role === "assistant" ? [] : ["the first chunk has no role"]),
    ...(finishes.length === 1 && finishes[0]?.finish_reason !== "" ? [] : [`${finishes.length} finish reasons`]),
    ...(late.length === 0 ? [] : ["a delta after the finish"]),
    ...checkUsage(chunks),
  ];
}

function checkUsage(chunks: readonly Chunk[]): readonly string[] {
  const told = chunks.filter(({ usage }) => (usage ?? null) !== null);
  const ended = chunks.findIndex(({ choices }) => choices.some(({ finish_reason: finish }) => typeof finish === "string"));
  const isWrong = told.some((chunk) => chunk.choices.length > 0 || chunks.indexOf(chunk) < ended);
  return [...(told.length > 1 ? [`usage is told ${told.length} times`] : []), ...(isWrong ? ["usage is not alone, last"] : [])];
}

function checkCalls(chunks: readonly Chunk[]): readonly string[] {
  const entries = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
  let calls = 0;
  return entries.flatMap((entry) => {
    const { custom, function: body, id, index, type } = entry;
    const head = [id, type, body?.name ?? custom?.name];
    const problems = typeof (body?.arguments ?? custom?.input) === "string" ? [] : ["arguments are no string"];
    if (index === calls) {
      calls += 1;
      return head.every((value) => typeof value === "string" && value !== "")
        ? problems
        : [...problems, `call ${index} lacks its head`];
    }
    if (!(index < calls)) return [...problems, `index ${String(index)} after ${calls} calls`];
    return head.some((value) => value !== undefined) ? [...problems, `call ${index} has a second head`] : problems;
  });
}
