/**
 * @param date moment to write
 * @returns x-ms-date as every client sends it: UTC, 7 fraction digits, trailing Z
 */
export function xMsDate(date: Date): string {
  return date.toISOString().replace("Z", "0000Z");
}

/**
 * @param date moment to write
 * @returns certificate validity date, 7 fraction digits and an offset, whole seconds as in X.509
 */
export function certificateDate(date: Date): string {
  return `${date.toISOString().slice(0, 19)}.0000000+00:00`;
}

/**
 * @param date moment to write
 * @param digits fraction digits: 7 as WMF writes them, 9 as DSC for Linux does
 * @returns report time with an offset
 */
export function reportTime(date: Date, digits: 7 | 9): string {
  return date.toISOString().replace("Z", `${"0".repeat(digits - 3)}+00:00`);
}
