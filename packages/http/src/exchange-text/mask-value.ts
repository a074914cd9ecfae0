import { maskedText } from "./mask-text.js";
import { CUT, readJson } from "./read-json.js";
import { isNameName, isSecret, isValueName, MASK } from "./secret-names.js";
import { prettyXml } from "./xml.js";

/** Texts in texts: Puppet's facts are JSON in JSON, a DSC report's StatusData is JSON in a list of texts. */
const MOST_INNER = 4;

/**
 * A value without what its names say is secret, what is sensitive in rich data (Puppet's `Sensitive`) and the parameters that a
 * catalog calls sensitive. A list or an object under a secret's name loses its leaves. A text that is JSON is shown as the value
 * that it says, one that is XML as its lines.
 * @param value of few levels: see `SHOWN_LIMITS`
 */
export function maskedValue(value: unknown, hidden = false, inner = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, hidden, inner));
  if (typeof value === "string") return hidden ? MASK : maskedString(value, inner);
  if (typeof value !== "object" || value === null) return hidden && typeof value === "number" ? MASK : value;
  const record = value as Readonly<Record<string, unknown>>;
  const isHidden = hiddenIn(record);
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => [
      key,
      key === "parameters" && Array.isArray(record["sensitive_parameters"]) && !Object.hasOwn(record, CUT)
        ? maskedParameters(item, record["sensitive_parameters"], hidden, inner)
        : maskedValue(item, hidden || isHidden(key), inner),
    ]),
  );
}

/** Which of an object's own properties hold a secret; where its end was cut off, those that it may have said so of. */
function hiddenIn(record: Readonly<Record<string, unknown>>): (key: string) => boolean {
  const type = record["__ptype"];
  // Where the type was cut off, it may have been.
  const isSensitive = type === undefined || type === "Sensitive";
  const isCut = Object.hasOwn(record, CUT);
  const isNamed = Object.entries(record).some(
    ([key, item]) => isNameName(key) && typeof item === "string" && isSecret(item),
  );
  return (key) => {
    if (key === "__pvalue") return isSensitive;
    if (isSecret(key)) return true;
    return isValueName(key) ? isNamed || isCut : isCut && key === "parameters";
  };
}

/** Puppet leaves out which parameters were sensitive where rich data is off, and lists them beside. */
function maskedParameters(item: unknown, names: readonly unknown[], hidden: boolean, inner: number): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return maskedValue(item, hidden, inner);
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      maskedValue(value, hidden || names.includes(key) || isSecret(key), inner),
    ]),
  );
}

function maskedString(text: string, inner: number): unknown {
  if (inner < MOST_INNER) {
    const value = readJson(text);
    if (value !== undefined) return maskedValue(value, false, inner + 1);
    if (/^\s{0,100}<[?A-Za-z]/.test(text)) {
      const pretty = prettyXml(text);
      if (pretty?.includes("\n") === true) return pretty.split("\n");
    }
  }
  return maskedText(text);
}
