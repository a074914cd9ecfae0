import { maskedText } from "./mask-text.js";
import { CUT, readJson } from "./read-json.js";
import { isKey, isLicences, isNameName, isSecret, isSecretSource, isValueName, MASK } from "./secret-names.js";
import { prettyXml } from "./xml.js";

/** Texts in texts: Puppet's facts are JSON in JSON, a DSC report's StatusData is JSON in a list of texts. */
const MOST_INNER = 4;

/** Characters that may still be shown: a small text may hold many that become large, such as lists deep within each other. */
export interface Room {
  left: number;
}

/** Where a value stands. */
interface At {
  readonly hidden: boolean;
  /** Whether it is of {@link isLicences}. */
  readonly licence: boolean;
  /** Texts that it is in. */
  readonly inner: number;
  /** Objects and lists that it is in. */
  readonly level: number;
  readonly room: Room;
}

/**
 * A value without what its names say is secret, what is sensitive in rich data (Puppet's `Sensitive`) and the parameters that a
 * catalog calls sensitive. A list or an object under a secret's name loses its leaves. A text that is JSON is shown as the value
 * that it says, one that is XML as its lines.
 * @param value of few levels: see `SHOWN_LIMITS`
 * @param room of characters, with two for each level before each value; what is beyond is left out
 */
export const maskedValue = (value: unknown, room: Room): unknown =>
  masked(value, { hidden: false, licence: false, inner: 0, level: 0, room });

function masked(value: unknown, at: At): unknown {
  // Never more than it takes: where the room is at its end, what is shown is.
  at.room.left -= 2 * at.level + 1;
  if (Array.isArray(value)) return maskedList(value, at);
  if (typeof value === "string") return maskedString(value, at);
  if (typeof value !== "object" || value === null) return at.hidden && typeof value === "number" ? MASK : value;
  const record = value as Readonly<Record<string, unknown>>;
  const sensitive = Object.hasOwn(record, CUT) ? undefined : record["sensitive_parameters"];
  const isHidden = hiddenIn(record);
  return entries(record, at, (key, item, inside) =>
    key === "parameters" && Array.isArray(sensitive)
      ? maskedParameters(item, sensitive, inside)
      : masked(item, {
          ...inside,
          hidden: inside.hidden || isHidden(key) || (inside.licence && isKey(key)),
          licence: isLicences(key),
        }),
  );
}

function maskedList(items: readonly unknown[], at: At): unknown[] {
  const inside = { ...at, level: at.level + 1 };
  const shown: unknown[] = [];
  for (const [i, item] of items.entries()) {
    if (at.room.left <= 0) break;
    const hidden = at.hidden || (typeof item === "string" && isSecretOption(items[i - 1]));
    shown.push(masked(item, { ...inside, hidden }));
  }
  return shown;
}

/** `--password`, before the item of a command line that is it. */
const isSecretOption = (item: unknown): boolean =>
  typeof item === "string" && /^-{1,2}[\w-]{1,60}$/.test(item) && isSecret(item);

function entries(
  record: Readonly<Record<string, unknown>>,
  at: At,
  shown: (key: string, item: unknown, inside: At) => unknown,
): Record<string, unknown> {
  const inside = { ...at, level: at.level + 1 };
  const pairs: [string, unknown][] = [];
  for (const [key, item] of Object.entries(record)) {
    if (at.room.left <= 0) break;
    at.room.left -= key.length;
    pairs.push([key, shown(key, item, inside)]);
  }
  return Object.fromEntries(pairs);
}

/** Which of an object's own properties hold a secret; where its end was cut off, those that it may have said so of. */
function hiddenIn(record: Readonly<Record<string, unknown>>): (key: string) => boolean {
  const type = record["__ptype"];
  // Where the type was cut off, it may have been.
  const isSensitive = type === undefined || type === "Sensitive";
  const isCut = Object.hasOwn(record, CUT);
  const isNamed = Object.entries(record).some(
    ([key, item]) =>
      typeof item === "string" && (isNameName(key) ? isSecret(item) : key === "source" && isSecretSource(item)),
  );
  return (key) => {
    if (key === "__pvalue") return isSensitive;
    if (isSecret(key)) return true;
    return isValueName(key) ? isNamed || isCut : isCut && key === "parameters";
  };
}

/** Puppet leaves out which parameters were sensitive where rich data is off, and lists them beside. */
function maskedParameters(item: unknown, names: readonly unknown[], at: At): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return masked(item, at);
  return entries(item as Readonly<Record<string, unknown>>, at, (key, value, inside) =>
    masked(value, { ...inside, hidden: inside.hidden || names.includes(key) || isSecret(key) }),
  );
}

function maskedString(text: string, at: At): unknown {
  const { room, hidden, inner } = at;
  if (hidden) return MASK;
  if (inner < MOST_INNER) {
    const value = readJson(text);
    if (value !== undefined) return masked(value, { ...at, inner: inner + 1 });
    if (/^\s{0,100}<[?A-Za-z]/.test(text)) {
      const pretty = prettyXml(text, room.left);
      if (pretty?.includes("\n") === true) {
        room.left -= pretty.length;
        return pretty.split("\n");
      }
    }
  }
  // What is beyond the room is not looked at.
  const shown = maskedText(text.slice(0, Math.max(0, room.left) + 1));
  room.left -= text.length > room.left ? text.length : shown.length;
  return shown;
}
