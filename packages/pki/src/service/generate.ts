import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AltName, altNameFrom, isDnsName } from "../alt-names.js";
import type { PuppetExtension } from "../extensions.js";
import { shown } from "../names.js";
import type { OidNames } from "../oids.js";
import { nameRefusal } from "../policy.js";
import { takenBy } from "./before.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";
import type { Issue } from "./issue.js";
import type { AuthoritySettings } from "./settings.js";

export interface Generate {
  readonly name: string;
  readonly altNames: readonly string[];
  readonly extensions: Readonly<Record<string, string>>;
  readonly by: string;
}

const makePair = promisify(generateKeyPair);

/** A key and its certificate, made here for an operator, a server, or a node that cannot ask by itself. */
export function createGenerate(
  { store, settings, oids }: Context,
  profile: CertificateProfile,
  issue: (what: Issue) => Promise<string>,
) {
  return async ({ name, altNames, extensions, by }: Generate): Promise<{ certificate: string; key: string }> => {
    const refusal = nameRefusal(name, profile);
    if (refusal !== undefined) throw invalid(refusal);
    const names = altNames.map(checkedAltName);
    const puppet = Object.entries(extensions).map(([key, value]) => checkedExtension(key, value, oids));
    // Each replica has a server certificate of its own, and a new one when its names change.
    const beside = settings.allowDuplicates || profile === "server";
    if (!beside) {
      const before = await store.certificate({ name, profile });
      if (before !== undefined) throw duplicate(name, takenBy(before));
      if ((await store.request({ name, profile })) !== undefined) throw duplicate(name, "requested");
    }
    const { publicKey, privateKey } = await makeKey(settings.leafKey);
    const certificate = await issue({
      name,
      profile,
      spki: publicKey.export({ type: "spki", format: "der" }),
      altNames: names,
      extensions: puppet,
      ttl: settings.certificateTtl,
      by,
      others: beside ? "keep" : "refuse",
      act: "ca.generate",
    });
    return { certificate, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  };
}

const invalid = (message: string) => new GatehouseError("name-invalid", message);

function makeKey(kind: AuthoritySettings["leafKey"]): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  if (kind === "ec-p256") return makePair("ec", { namedCurve: "prime256v1" });
  return makePair("rsa", { modulusLength: kind === "rsa-4096" ? 4096 : 2048 });
}

function checkedAltName(text: string): AltName {
  const altName = altNameFrom(text);
  if (altName?.kind === "IP") return altName;
  if (altName === undefined || !isDnsName(altName.value))
    throw invalid(`This is neither a DNS name nor an address: ${shown(text)}`);
  return altName;
}

function checkedExtension(name: string, value: string, oids: OidNames): PuppetExtension {
  const oid = oids.oidOf(name);
  if (oid === undefined || value.includes("\0") || !value.isWellFormed()) {
    throw new GatehouseError("request-malformed", `This extension cannot be issued: ${shown(name)}`);
  }
  return { oid, value };
}
