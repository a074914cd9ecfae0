/** What a parameter may be: a list goes out as `key[]=…` for each. */
export type Parameter = string | number | readonly string[] | undefined;

/** Encoded characters of a value that agents send at the most (wire/fusioninventory.md section 1). */
const MOST = 1500;

/**
 * A remote with a call's query.
 * @param remote as the schedule has it: agents append the query blindly, so one with a query of its own is broken
 * @param parameters those that are undefined are left out; long values lose their beginning
 */
export function callUrl(remote: string, action: string, parameters: Readonly<Record<string, Parameter>>): string {
  const all = Object.entries<Parameter>({ action, ...parameters }).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (typeof value === "string" || typeof value === "number") return [pair(key, String(value))];
    return value.map((one) => pair(`${key}[]`, one));
  });
  return `${remote}?${all.join("&")}`;
}

const pair = (key: string, value: string): string => `${encodeURIComponent(key)}=${encodeURIComponent(fitting(value))}`;

/** The value, or as much of its end as fits, with a sign of what is gone. */
function fitting(value: string): string {
  const text = value.toWellFormed();
  if (encodeURIComponent(text).length <= MOST) return text;
  const characters = [...text];
  let length = encodeURIComponent("…").length;
  let from = characters.length;
  while (from > 0) {
    length += encodeURIComponent(characters[from - 1] ?? "").length;
    if (length > MOST) break;
    from -= 1;
  }
  return `…${characters.slice(from).join("")}`;
}
