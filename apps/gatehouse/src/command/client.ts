import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { connect, type TLSSocket } from "node:tls";
import { readAdminToken, readRunFile } from "../server/run-files.js";
import { CommandError, EXIT } from "./errors.js";

/** Where the gateway is and how the caller proves itself. */
export interface Target {
  readonly url: string;
  readonly token: string;
  /** PEM that the server's certificate must chain to; the system's trust store when left out. */
  readonly ca?: string;
  /** SHA-256 of the one certificate to trust, in place of a chain. */
  readonly fingerprint?: string;
}

/**
 * The gateway to talk to: GATEHOUSE_URL, GATEHOUSE_TOKEN and GATEHOUSE_CA (a file), else the instance of a data folder.
 * @throws CommandError (unreachable) when there is neither
 */
export function findTarget(env: NodeJS.ProcessEnv, dataDir: string): Target {
  const caFile = env["GATEHOUSE_CA"];
  if (env["GATEHOUSE_URL"]) {
    const token = env["GATEHOUSE_TOKEN"];
    if (!token) throw new CommandError("GATEHOUSE_URL is set: GATEHOUSE_TOKEN is needed too.", EXIT.usage);
    return {
      url: env["GATEHOUSE_URL"].replace(/\/+$/, ""),
      token,
      ...(caFile ? { ca: readFileSync(caFile, "utf8") } : {}),
    };
  }
  const run = readRunFile(dataDir);
  if (run === undefined) {
    throw new CommandError(
      `No gateway runs on ${path.resolve(dataDir)}. Start one with npm start, or set GATEHOUSE_URL and GATEHOUSE_TOKEN.`,
      EXIT.unreachable,
    );
  }
  if (run.api === null)
    throw new CommandError(
      "The gateway of this data folder has no listener that mounts the API: set GATEHOUSE_URL and GATEHOUSE_TOKEN.",
      EXIT.unreachable,
    );
  const token = env["GATEHOUSE_TOKEN"] ?? readAdminToken(dataDir);
  if (token === undefined)
    throw new CommandError("There is no admin.token in the data folder: set GATEHOUSE_TOKEN.", EXIT.usage);
  return { url: run.api, token, ...(run.fingerprint === null ? {} : { fingerprint: run.fingerprint }) };
}

interface Call {
  readonly json?: unknown;
  /** A body that is streamed, with its length in bytes. */
  readonly stream?: { readonly source: Readable; readonly length: number };
}

/** One call of the API. @returns the answer's JSON; undefined for none. @throws CommandError with the server's words */
export async function call<T>(target: Target, method: string, apiPath: string, body: Call = {}): Promise<T> {
  const url = new URL(`${target.url}/api/v1${apiPath}`);
  const text = body.json === undefined ? undefined : Buffer.from(JSON.stringify(body.json));
  const headers: Record<string, string | number> = {
    authorization: `Bearer ${target.token}`,
    accept: "application/json",
  };
  if (text !== undefined) headers["content-type"] = "application/json";
  if (text !== undefined || body.stream !== undefined)
    headers["content-length"] = text?.length ?? body.stream?.length ?? 0;
  const secure = url.protocol === "https:";
  const socket = secure && target.fingerprint !== undefined ? await pinned(url, target.fingerprint) : undefined;
  const trust = secure && target.ca !== undefined ? { ca: target.ca } : {};
  const options = { method, headers, ...trust, ...(socket === undefined ? {} : { createConnection: () => socket }) };
  const { status, answer } = await new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const request = (secure ? https : http).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    request.on("error", reject);
    if (body.stream === undefined) request.end(text);
    // The server may answer before it has read all (413): the answer counts, not the broken pipe.
    else pipeline(body.stream.source, request).catch((thrown) => setTimeout(reject, 1_000, thrown).unref());
  }).catch((thrown: Error) => {
    throw new CommandError(`${target.url} cannot be reached: ${thrown.message}`, EXIT.unreachable);
  });
  if (status >= 200 && status < 300) return (answer === "" ? undefined : JSON.parse(answer)) as T;
  throw new CommandError(problemText(status, answer));
}

/** A TLS connection to the server that has this very certificate; nothing is sent before that is known. */
function pinned(url: URL, fingerprint: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new CommandError(`${url.origin} cannot be reached: ${reason}`, EXIT.unreachable));
    const socket = connect(
      { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port), rejectUnauthorized: false },
      () => {
        if (socket.getPeerX509Certificate()?.fingerprint256 === fingerprint) return resolve(socket);
        socket.destroy();
        fail("another server answers there");
      },
    );
    socket.once("error", (error) => fail(error.message));
  });
}

function problemText(status: number, answer: string): string {
  try {
    const { title, requestId } = JSON.parse(answer) as { title?: string; requestId?: string };
    if (title !== undefined) return `${title} (${status}${requestId === undefined ? "" : `, request ${requestId}`})`;
  } catch {
    // Not ours: a proxy in between answers in its own words.
  }
  return `The server answered ${status}.`;
}

/** A part of an API path. */
export const part = (text: string): string => encodeURIComponent(text);
