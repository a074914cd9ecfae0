import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Certificate, CertificateRequest } from "@gatehouse/core/certificates";
import { certificateOf, requestOf } from "./fake-authority.test.helper.js";

/** One exchange of a real agent or command with a real puppetserver 7.9.5. */
export interface Recorded {
  readonly n: number;
  /** The CN of the certificate that was shown. */
  readonly client: string | null;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body?: string;
    /** In the place of a body that is no text. */
    readonly body_base64?: string;
  };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = join(shared, "traces/puppet");

/** The recordings by file; none where they are not at hand. */
export const recordings: ReadonlyMap<string, readonly Recorded[]> = new Map(
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith(".json"))
    .map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(join(folder, file), "utf8")) as Recorded[]]),
);

if (recordings.size === 0) {
  console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);
}

export const typeOf = ({ response }: Recorded): string | undefined =>
  response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];

/** A certificate or request as certificate_status tells it. */
interface Told {
  readonly name: string;
  readonly state: "requested" | "signed" | "revoked";
  readonly subject_alt_names: string[];
  readonly authorization_extensions: Record<string, string>;
  readonly fingerprints: Readonly<Record<"SHA1" | "SHA256" | "SHA512", string>>;
  readonly not_before?: string;
  readonly not_after?: string;
  readonly serial_number?: number;
}

const time = (text = "") => new Date(text.replace("UTC", "Z"));

/** What an authority has to know so as to tell the same. */
export function known(told: Told): { certificate: Certificate } | { request: CertificateRequest } {
  const { name, subject_alt_names: altNames, authorization_extensions: extensions, fingerprints } = told;
  const { SHA1: sha1, SHA256: sha256, SHA512: sha512 } = fingerprints;
  const common = { altNames, extensions, fingerprints: { sha1, sha256, sha512 } };
  if (told.state === "requested") return { request: requestOf(name, common) };
  return {
    certificate: certificateOf(name, {
      ...common,
      state: told.state === "revoked" ? "revoked" : "issued",
      serial: (told.serial_number ?? 0).toString(16).toUpperCase().padStart(4, "0"),
      notBefore: time(told.not_before),
      notAfter: time(told.not_after),
    }),
  };
}
