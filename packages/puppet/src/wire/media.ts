/** What the JSON routes of the CA speak. PSON of these answers is JSON: Puppet 4 and older ask for it. */
export type JsonMedia = "application/json" | "text/pson";

const offered: Readonly<Record<string, JsonMedia>> = {
  "application/json": "application/json",
  "application/*": "application/json",
  "*/*": "application/json",
  "text/pson": "text/pson",
  "text/*": "text/pson",
  // Puppet 4 sends the names of formats in the place of types (wire/puppet.md section 2).
  pson: "text/pson",
};

/** Entries of an Accept header that are looked at: agents send three. */
const MOST = 32;

/** @returns the answer's type, or undefined when the caller takes none that there is; JSON for who says nothing */
export function negotiate(accept: string | undefined): JsonMedia | undefined {
  if (accept === undefined || accept.trim() === "") return "application/json";
  const wanted = accept
    .split(",", MOST)
    .map((entry) => {
      const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith("q="));
      return {
        media: Object.hasOwn(offered, type) ? offered[type] : undefined,
        q: q === undefined ? 1 : Number(q.slice(2)),
      };
    })
    .filter(({ media, q }) => media !== undefined && q > 0);
  return wanted.sort((a, b) => b.q - a.q)[0]?.media;
}

/** Whether a body of this Content-Type is read as JSON; who names none may send it (section 4: else 415). */
export function isJson(contentType: string | undefined): boolean {
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return type === "" || type === "application/json" || type === "text/pson" || type === "pson";
}
