import { compilePolicy, type CompileResult } from "../core/policy/compile.ts";
import type { PolicyFile } from "../core/policy/read-documents.ts";
import { CATALOGUE } from "../providers/catalogue.ts";
import { readVariables } from "./dev-vars.ts";
import type { CliIo } from "./io.ts";
import { loadPolicyFiles } from "./load-files.ts";

export interface CompileRequest {
  /** Directory or file, relative to the working directory. */
  readonly location: string;
  readonly epoch: number;
  readonly generation: number;
  /** Compiled beside the directory's own files. */
  readonly extraFiles?: readonly PolicyFile[];
}

export type DirectoryResult =
  | { readonly kind: "read"; readonly result: CompileResult; readonly fileCount: number }
  | { readonly kind: "unreadable"; readonly message: string };

/** Compiles a policy directory with the catalogue and the variables of this machine. */
export async function compileDirectory(
  { location, epoch, generation, extraFiles = [] }: CompileRequest,
  io: CliIo,
): Promise<DirectoryResult> {
  const files = await loadPolicyFiles(location, io.cwd).catch((error: unknown) => String(error));
  if (typeof files === "string") return { kind: "unreadable", message: `Cannot read ${location}: ${files}` };
  const environment = await readVariables(io);
  const result = await compilePolicy({
    files: [...files, ...extraFiles],
    catalogue: CATALOGUE,
    environment,
    epoch,
    generation,
  });
  return { kind: "read", result, fileCount: files.length };
}
