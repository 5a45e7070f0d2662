/** What a command was given cannot be used: its message is for the person who gave it, and the command ends with 1. */
export class InputRefused extends Error {}

/** Runs a command's work; what was wrong with its input becomes a message and the exit code 1. */
export async function orRefuse(work: () => Promise<number>, err: (line: string) => void): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error;
    err(error.message);
    return 1;
  }
}
