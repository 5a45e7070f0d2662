/** Writes events under their names and numbers them from 0. Members are JSON text, without braces. */
export class EventLines {
  #next = 0;

  /** The number of the next event, which is then taken. */
  take(): number {
    return this.#next++;
  }

  event(type: string, members: string): string {
    return `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.#next++},${members}}\n\n`;
  }

  /** One event for each piece of a text, as it stands between quotes. `tail` follows the delta. */
  deltas(
    type: string,
    { pieces, place, tail }: { readonly place: string; readonly pieces: readonly string[]; readonly tail: string },
  ): string {
    const before = `event: ${type}\ndata: {"type":"${type}","sequence_number":`;
    const between = `,${place},"delta":"`;
    const after = `"${tail}}\n\n`;
    let lines = "";
    for (const piece of pieces) lines += before + this.#next++ + between + piece + after;
    return lines;
  }
}
