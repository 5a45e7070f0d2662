import type { Alarm, Alarms } from "../../ports/alarms.ts";

const MOST_KEPT = 100;

/** Alarms of this isolate, each also written as a line of JSON by `print`: the platform's log is where people are paged from. */
export function createMemoryAlarms(print: (line: string) => void): Alarms {
  let kept: readonly Alarm[] = [];
  return {
    raise(alarm) {
      kept = [alarm, ...kept].slice(0, MOST_KEPT);
      print(JSON.stringify({ alarm: alarm.kind, subject: alarm.subject, at: new Date(alarm.at).toISOString() }));
    },
    recent: () => kept,
  };
}
