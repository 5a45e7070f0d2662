import { type Behaviour, MisuseError, numberOption } from "./behaviour.ts";

const FORMS: readonly ((count: number) => number | string | null)[] = [
  (count) => count * 10,
  () => 0,
  (count) => -count,
  () => 1e308,
  (count) => String(count),
  (count) => count + 0.5,
  () => null,
];

/** F33: usage with every count wrong, in one of seven ways (`@form`, 0); any other behaviour tells the truth. @throws MisuseError */
export function bendUsage(usage: object, behaviour: Behaviour): object {
  if (behaviour.fault !== "F33") return usage;
  const form = numberOption(behaviour, "form", 0);
  const bend = FORMS[form];
  if (bend === undefined) throw new MisuseError(`@form=${form} is not one of 0 to ${FORMS.length - 1}.`);
  const bent: object = JSON.parse(JSON.stringify(usage), (_, value: unknown) =>
    typeof value === "number" ? bend(value) : value,
  );
  return bent;
}
