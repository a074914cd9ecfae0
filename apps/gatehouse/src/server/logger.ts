import { Writable } from "node:stream";
import { createLogger, format, type Logger, transports } from "winston";
import type { Config } from "../config/types.js";

/** Text that cannot forge a line or move a terminal's cursor. */
const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be escaped
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

const printable = (value: unknown): string => {
  const text = escaped(typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined"));
  return /^[^\s"=]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
};

const people = format.printf(({ timestamp, level, message, ...fields }) => {
  const rest = Object.entries(fields).map(([key, value]) => ` ${printable(key)}=${printable(value)}`);
  return `${timestamp} ${level.padEnd(5)} ${escaped(String(message))}${rest.join("")}`;
});

/** Where winston looks for the finished line (logform's `MESSAGE`). */
const LINE = Symbol.for("message");
const anything = format.json();

/** A line is mostly plain text and numbers, and there is one for each request: what copes with anything takes five times as long. */
const json = format((info) => {
  try {
    info[LINE] = JSON.stringify(info);
    return info;
  } catch {
    return anything.transform(info, {});
  }
});

/** Standard error, written once for all lines of a turn of the event loop; what is left at the end goes out then. */
function batchedStderr(): Writable {
  let pending = "";
  const flush = () => {
    const text = pending;
    pending = "";
    if (text !== "") process.stderr.write(text);
  };
  process.on("exit", flush);
  return new Writable({
    decodeStrings: false,
    write(line: string, _, done) {
      if (pending === "") setImmediate(flush);
      pending += line;
      done();
    },
  });
}

/** The log, on standard error: JSON lines, or lines for people. */
export function createLog(config: Config["log"]): Logger {
  const lines = config.format === "json" || (config.format === "auto" && !process.stderr.isTTY);
  return createLogger({
    level: config.level,
    format: format.combine(format.timestamp(), lines ? json() : people),
    transports: [new transports.Stream({ stream: batchedStderr() })],
  });
}
