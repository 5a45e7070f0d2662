const LF = 0x0a;
const CR = 0x0d;

/** The same bytes in the pieces that break careless parsers: inside UTF-8 sequences, `data:` and pairs of line ends. */
export function splitNastily(bytes: Buffer): readonly Buffer[] {
  const cuts = [...bytes.keys()].filter((position) => isNastyCut(bytes, position));
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index])).filter((piece) => piece.length > 0);
}

function isNastyCut(bytes: Buffer, position: number): boolean {
  const before = bytes[position - 1];
  const after = bytes[position] ?? 0;
  const continuesCharacter = (after & 0xc0) === 0x80;
  const splitsLineEnds = (before === LF || before === CR) && (after === LF || after === CR);
  const splitsField = position >= 2 && bytes.toString("latin1", position - 2, position + 3) === "data:";
  return continuesCharacter || splitsLineEnds || splitsField;
}
