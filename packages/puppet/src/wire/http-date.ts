const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HTTP_DATE = /^(?:[A-Za-z]{3}, )?(\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|[+-]0000)$/;

/**
 * A date as agents send it in If-Modified-Since (`Fri, 20 Nov 2026 19:48:37 GMT`); undefined for any other text, which
 * then counts as no date at all.
 */
export function parseHttpDate(text: string | undefined): Date | undefined {
  const [all, day, month = "", year, hours, minutes, seconds] = HTTP_DATE.exec(text?.trim() ?? "") ?? [];
  if (all === undefined) return undefined;
  const fields = [year, MONTHS.indexOf(month), day, hours, minutes, seconds].map(Number) as [number, number];
  const date = new Date(Date.UTC(...fields));
  const said = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()];
  // The 31st of February is no date, and would become one of March.
  return said.every((value, i) => value === fields[i]) ? date : undefined;
}
