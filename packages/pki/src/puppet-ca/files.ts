import { createPrivateKey } from "node:crypto";
import { DerError } from "../der/read.js";
import type { Findings } from "./findings.js";

/** An authority's folder, read by whoever may read it. Paths are relative to it, with slashes. */
export interface CaFolder {
  /** Every file below the folder. */
  readonly files: readonly string[];
  /** Every symbolic link below it: they are not followed, for they lead out of the folder. */
  readonly links?: readonly string[];
  /** The text of one of them. */
  read(file: string): Promise<string>;
}

/** What a file holds, or a finding. */
export async function readFile<T>(
  folder: CaFolder,
  file: string,
  findings: Findings,
  read: (text: string) => T,
): Promise<T | undefined> {
  try {
    return read(await folder.read(file));
  } catch (thrown) {
    // Its words are ours only where the content is at fault; a system's error names paths.
    findings.add("error", file, thrown instanceof DerError ? thrown.message : "It cannot be read.");
    return undefined;
  }
}

/** A private key as PKCS #8; Puppet writes PKCS #1. @throws DerError */
export function readKey(pem: string): string {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED/m.test(pem)) {
    throw new DerError(
      "The key is encrypted. Decrypt it first, with openssl pkey, into a file that only you can read.",
    );
  }
  try {
    return createPrivateKey(pem).export({ type: "pkcs8", format: "pem" }).toString();
  } catch {
    // OpenSSL's words would not help, and may quote the file.
    throw new DerError("It holds no private key that can be read.");
  }
}
