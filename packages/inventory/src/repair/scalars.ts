const TRUE = new Set(["1", "true", "yes", "on", "y", "enabled"]);
const FALSE = new Set(["0", "false", "no", "off", "n", "disabled"]);

/** A yes or a no, however an agent says it; undefined for what is neither. The public converter takes "no" for a yes. */
export function booleanOf(said: unknown): boolean | undefined {
  if (typeof said === "boolean") return said;
  if (typeof said !== "string" && typeof said !== "number") return undefined;
  const word = String(said).trim().toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}

const DECIMAL = /^[+-]?\d{1,300}(?:[.,]\d{1,300})?(?:e\+?\d{1,2})?$/i;
const WHOLE = /^[+-]?\d{1,40}$/;

/**
 * A whole number; decimals are rounded. One that JavaScript cannot hold stays as its digits, where it is written as such.
 * @returns undefined for what is no number: the public converter loses the whole inventory over it
 */
export function integerOf(said: unknown): number | string | undefined {
  if (typeof said === "number") return Number.isFinite(said) ? Math.round(said) : undefined;
  if (typeof said !== "string") return undefined;
  const text = said.trim();
  if (!DECIMAL.test(text)) return undefined;
  const number = Math.round(Number(text.replace(",", ".")));
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  return WHOLE.test(text) ? text.replace(/^\+/, "").replace(/^(-?)0+(?=\d)/, "$1") : undefined;
}

const QUANTITY = /^(?<number>\d{1,30}(?:[.,]\d{1,30})?) ?(?<unit>[A-Za-z]{0,5})$/;

/** Bytes by unit, which agents of every language write their own way: octets are bytes. */
const EXPONENTS: ReadonlyMap<string, number> = new Map(
  ["", "k", "m", "g", "t", "p"].flatMap((prefix, exponent) =>
    [`${prefix}b`, `${prefix}o`, ...(prefix === "" ? ["bytes"] : [`${prefix}ib`])].map((unit) => [unit, exponent]),
  ),
);

/** A size of memory in MB (of 1,024 kB), from `2048`, `2 GB`, `1.5GB`, `4096 Mo`. @returns undefined for what is none */
export function megabytesOf(said: unknown): number | undefined {
  const { number, unit } = quantityOf(said) ?? {};
  if (number === undefined || unit === undefined) return undefined;
  const exponent = unit === "" ? 2 : EXPONENTS.get(unit.toLowerCase());
  return exponent === undefined ? undefined : safe(number * 1024 ** (exponent - 2));
}

/**
 * A quantity in thousandths of its unit: mWh of `45 Wh`, mV of `11.4 V`. A bare number is of thousandths already.
 * @param unit such as `Wh`
 */
export function milliOf(said: unknown, unit: "Wh" | "V" | "W"): number | undefined {
  const found = quantityOf(said);
  if (found === undefined) return undefined;
  const name = found.unit.toLowerCase();
  if (name === "" || name === `m${unit}`.toLowerCase()) return safe(found.number);
  return name === unit.toLowerCase() ? safe(found.number * 1000) : undefined;
}

function quantityOf(said: unknown): { readonly number: number; readonly unit: string } | undefined {
  if (typeof said !== "string" && typeof said !== "number") return undefined;
  const { number, unit = "" } = QUANTITY.exec(String(said).trim())?.groups ?? {};
  return number === undefined ? undefined : { number: Number(number.replace(",", ".")), unit };
}

function safe(number: number): number | undefined {
  const whole = Math.round(number);
  return Number.isSafeInteger(whole) ? whole : undefined;
}
