import { rename, stat, writeFile } from "node:fs/promises";

/** Writes beside the file and renames, so that a reader sees the old text or the new one and a crash loses neither. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const mode = await stat(path).then(
    (before) => before.mode & 0o777,
    () => 0o644,
  );
  await writeFile(temporary, text, { mode });
  await rename(temporary, path);
}
