/** What a command may touch besides files; the tests pass their own. */
export interface CliIo {
  out(line: string): void;
  err(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Exit codes: 0 done, 1 the input is wrong, 2 the command line is wrong. */
export const EXIT = { done: 0, refused: 1, usage: 2 } as const;
