import { isObject, type Json, millis, numberOf, own, textOf } from "./values.js";

/** Figures of one group: a `time` group has one for each type of resource. */
const MOST = 100;

/** One group's figures by their names; undefined where the run came to none. */
export function figuresOf(metrics: Json, group: string): Readonly<Record<string, number>> | undefined {
  const said = own(metrics, group);
  const values = isObject(said) ? own(said, "values") : undefined;
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const figures = values.slice(0, MOST).flatMap((value) => {
    const [name, , figure] = Array.isArray(value) ? (value as unknown[]) : [];
    const [key, number] = [textOf(name, 100), numberOf(figure)];
    return key === undefined || number === undefined ? [] : [[key, millis(number)] as const];
  });
  return figures.length === 0 ? undefined : Object.fromEntries(figures);
}
