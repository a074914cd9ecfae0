import { LcmError } from "./errors.js";

/** A configured ServerURL, split but not normalised: the path goes out as it was typed. */
export interface ServerUrl {
  readonly text: string;
  readonly tls: boolean;
  readonly hostname: string;
  readonly port: number;
  /** Value of the Host header, without a default port. */
  readonly host: string;
  /** Everything after the authority, "" when nothing is there; a trailing slash stays and doubles. */
  readonly path: string;
}

/**
 * Splits a ServerURL without the WHATWG parser, which would clean the path that real LCMs send raw.
 *
 * @param text ServerURL of the meta-configuration
 * @returns its parts
 * @throws TypeError when it is no http(s) URL
 */
export function parseServerUrl(text: string): ServerUrl {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/:?#\s]+)(?::(\d{1,5}))?(\/[^\s]*)?$/i.exec(text);
  if (match === null) {
    throw new TypeError(`not an http(s) ServerURL: ${text}`);
  }
  const tls = match[1]?.toLowerCase() === "https";
  const authority = match[2] ?? "";
  const standard = tls ? 443 : 80;
  const port = match[3] === undefined ? standard : Number(match[3]);
  return {
    text,
    tls,
    hostname: authority.replace(/^\[|\]$/g, ""),
    port,
    host: port === standard ? authority : `${authority}:${port}`,
    path: match[4] ?? "",
  };
}

/**
 * Refuses what the URL reader of DSC for Linux refuses: no path, or parts longer than its buffers.
 *
 * @param url configured server
 * @param operation operation that is about to run, for the error
 * @throws LcmError kind "protocol", before anything is sent
 */
export function requireLinuxUrl(url: ServerUrl, operation: string): void {
  if (url.path.length < 2 || url.path.length > 200 || url.hostname.length > 99 || url.text.length >= 512) {
    throw new LcmError("protocol", operation, `Invalid URL: ${url.text}`);
  }
}

/**
 * Request target below the ServerURL. Keys stay raw, as LCMs send them; only what cannot be in a request line at all
 * (bytes above 0x7F) is percent-encoded, in lower case as libcurl does.
 *
 * @param url configured server
 * @param resource e.g. `Nodes(AgentId='…')/GetDscAction`
 * @throws LcmError kind "protocol" for blanks and control characters, which curl refuses too
 */
export function requestPath(url: ServerUrl, resource: string): string {
  const raw = `${url.path}/${resource}`;
  for (const character of raw) {
    if (character <= " " || character === "\u007f") {
      throw new LcmError("protocol", "URL", `Malformed URL: ${raw}`);
    }
  }
  return raw.replace(/[^\u0020-\u007e]+/gu, (text) => encodeURIComponent(text).toLowerCase());
}
