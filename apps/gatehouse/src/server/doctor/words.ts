/** Bytes in the unit that fits. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const unit = Math.min(Math.floor(Math.log2(count) / 10), 4);
  return `${(count / 1024 ** unit).toFixed(1)} ${["B", "KiB", "MiB", "GiB", "TiB"][unit]}`;
}

const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** A length of time in its largest unit of which there are two, so that 90 minutes are not one hour. */
export function lasting(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [size, word] = UNITS.find(([unit]) => seconds >= 2 * unit) ?? [1, "second"];
  const count = Math.floor(seconds / size);
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** `1 node`, `2 nodes`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
