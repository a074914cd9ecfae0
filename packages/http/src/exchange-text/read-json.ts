import { exceeds, type JsonLimits } from "../json-limits.js";

/** Of what is shown: people read it, and functions that call themselves walk it. */
export const SHOWN_LIMITS: JsonLimits = { levels: 200, values: 200_000 };

/** What a text is the JSON of: an object or a list, within {@link SHOWN_LIMITS}. */
export function readJson(text: string): object | undefined {
  if (!/^\s{0,100}[{[]/.test(text) || exceeds(Buffer.from(text), SHOWN_LIMITS)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** The property that says of an object that its end is not there. */
export const CUT = "(cut here)";

/** What the beginning of a JSON text says, as far as it goes: secrets are told by their names, so names have to be read. */
export function readCutJson(text: string): object | undefined {
  if (!/^\s{0,100}[{[]/.test(text)) return undefined;
  const closed = closedJson(text);
  return closed === undefined ? undefined : readJson(closed);
}

/** The text up to the last value that is whole, with what is open closed. */
function closedJson(text: string): string | undefined {
  const open: string[] = [];
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '"') {
      i = endOfString(text, i + 1);
    } else if (sign === "{" || sign === "[") {
      open.push(sign === "{" ? "}" : "]");
      if (open.length > SHOWN_LIMITS.levels) return undefined;
      end = i + 1;
    } else if (sign === "}" || sign === "]") {
      if (open.pop() !== sign) return undefined;
      end = i + 1;
    } else if (sign === ",") end = i;
    // Behind the end there is nothing to be closed.
    if (open.length === 0) return undefined;
  }
  // Behind the last value that is whole nothing was opened and nothing closed.
  const closers = open.reverse().map((closer, i) => {
    if (closer === "]") return closer;
    return `${i === 0 && text[end - 1] === "{" ? "" : ","}${JSON.stringify(CUT)}:true}`;
  });
  return text.slice(0, end) + closers.join("");
}

function endOfString(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}
