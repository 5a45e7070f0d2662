import { readFileSync, readdirSync } from "node:fs";

/** What processes have used: CPU since they started, memory now. */
export interface ProcessUsage {
  readonly cpuMicros: number;
  readonly rssMegabytes: number;
}

/** The kernel reports times to user space in hundredths of a second on every architecture Node runs on. */
const MICROS_PER_TICK = 10_000;

/** User and system time and resident memory of processes and their descendants. A process that has ended counts through its parent. */
export function readUsage(pids: readonly number[]): ProcessUsage {
  const everyPid = new Set(pids.flatMap(listProcessTree));
  let ticks = 0;
  let kilobytes = 0;
  for (const pid of everyPid) {
    ticks += readTicks(pid);
    kilobytes += readResidentKilobytes(pid);
  }
  return { cpuMicros: ticks * MICROS_PER_TICK, rssMegabytes: kilobytes / 1024 };
}

/** A process and its descendants, the process first. */
export function listProcessTree(pid: number): readonly number[] {
  return [pid, ...listChildren(pid).flatMap(listProcessTree)];
}

function listChildren(pid: number): readonly number[] {
  return listThreads(pid).flatMap((thread) =>
    readProc(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
}

function listThreads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // The process has ended.
  }
}

/** utime, stime, cutime and cstime: fields 14 to 17, counted after the command name, which may hold spaces. */
function readTicks(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function readResidentKilobytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0);
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // The process has ended.
  }
}
