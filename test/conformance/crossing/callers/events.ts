/** An event of a stream: its name, and its data where that is JSON. */
export interface HeardEvent {
  readonly name: string | null;
  readonly data: string;
  readonly value: unknown;
}

/** The events of a server-sent stream; comments are none. */
export function eventsOf(stream: string): readonly HeardEvent[] {
  return stream.split("\n\n").flatMap((block): readonly HeardEvent[] => {
    const lines = block.split("\n");
    const data = lines.flatMap((line) => (line.startsWith("data: ") ? [line.slice("data: ".length)] : [])).join("\n");
    const name = lines.find((line) => line.startsWith("event: "))?.slice("event: ".length) ?? null;
    return data === "" ? [] : [{ name, data, value: parse(data) }];
  });
}

/** The parsed data of each event. */
export function valuesOf(stream: string): readonly unknown[] {
  return eventsOf(stream)
    .map(({ value }) => value)
    .filter((value) => value !== undefined);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
