import { readFileSync } from "node:fs";
import path from "node:path";
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
  const given = env["GATEHOUSE_URL"];
  if (given) {
    const token = env["GATEHOUSE_TOKEN"];
    if (!token) throw new CommandError("GATEHOUSE_URL is set: GATEHOUSE_TOKEN is needed too.", EXIT.usage);
    if (!/^https?:$/.test(URL.parse(given)?.protocol ?? ""))
      throw new CommandError(`GATEHOUSE_URL is no address: ${given}. It looks like https://HOST:8140.`, EXIT.usage);
    const caFile = env["GATEHOUSE_CA"];
    return { url: given.replace(/\/+$/, ""), token, ...(caFile ? { ca: readCa(caFile) } : {}) };
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

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw new CommandError(`GATEHOUSE_CA cannot be read: ${(thrown as Error).message}.`, EXIT.usage);
  }
}
