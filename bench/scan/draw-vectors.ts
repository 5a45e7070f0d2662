/** Vectors of that many dimensions, the same in every run: no two near each other, as those of unlike questions. */
export function drawVectors(dimensions: number): () => Float32Array {
  let state = 0x9e3779b9;
  const draw = (): number => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 0x80000000;
  };
  return () => Float32Array.from({ length: dimensions }, draw);
}
