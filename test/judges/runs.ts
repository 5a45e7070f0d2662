/** How many runs of a property: the small number by default, the large one with `FAIRLEAD_FULL=1`. */
export function runsOf(usual: number, full: number): number {
  return process.env["FAIRLEAD_FULL"] === "1" ? full : usual;
}
