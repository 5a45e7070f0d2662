/** `250 ms`, `1.5 s`, `2 min`, `1 min 30 s`: milliseconds for people, rounded to what they can tell apart. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1_000);
  const rest = seconds % 60;
  return `${(seconds - rest) / 60} min${rest === 0 ? "" : ` ${rest} s`}`;
}
