import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { type Publication, upload } from "@gatehouse/client";
import type { Session } from "./context.js";
import { CommandError, EXIT } from "./errors.js";

export const CONFIGURATION = "dsc-configuration";
export const MODULE = "dsc-module";

/** A file with the kind that it is published as. */
export interface ToPublish {
  readonly kind: string;
  readonly file: string;
}

/** What a file is published as. @throws CommandError when it cannot be, before anything is */
export function toPublish(file: string): ToPublish {
  const kind = /\.mof$/i.test(file) ? CONFIGURATION : /\.zip$/i.test(file) ? MODULE : undefined;
  if (kind === undefined)
    throw new CommandError(`${file}: only Name.mof and Name_Version.zip can be published.`, EXIT.usage);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new CommandError(`${file}: there is no such file.`, EXIT.usage);
  return { kind, file };
}

/** Publishes a file, streamed, with the checksum that stands beside it. */
export function publish(session: Session, { kind, file }: ToPublish): Promise<Publication> {
  const beside = `${file}.checksum`;
  const checksum = existsSync(beside) ? { checksum: readFileSync(beside, "utf8").trim().slice(0, 64) } : {};
  const params = { path: { kind }, query: { file: path.basename(file), ...checksum } };
  const sent = upload(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>);
  // With its length, which lets the gateway refuse what is too large before it is sent.
  const headers = { ...sent.headers, "Content-Length": String(statSync(file).size) };
  return session.ask((api) => api.POST("/artifacts/{kind}", { params, ...sent, headers }));
}
