import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AltName, altNameFrom, isDnsName } from "../alt-names.js";
import type { PuppetExtension } from "../extensions.js";
import { shown } from "../names.js";
import type { OidNames } from "../oids.js";
import { nameRefusal } from "../policy.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";
import type { Issue } from "./issue.js";
import type { Revoke } from "./revoke.js";
import type { AuthoritySettings } from "./settings.js";
import { standingOf } from "./standing.js";
import { clearInterrupted } from "./submit.js";

export interface Generate {
  readonly name: string;
  readonly profile: CertificateProfile;
  readonly altNames: readonly string[];
  readonly extensions: Readonly<Record<string, string>>;
  readonly by: string;
}

const makePair = promisify(generateKeyPair);

/** A key and its certificate, made here for an operator, a server, or a node that cannot ask by itself. */
export function createGenerate(context: Context, issue: (what: Issue) => Promise<string>, revoke: Revoke) {
  const { store, settings, oids } = context;
  return async ({
    name,
    profile,
    altNames,
    extensions,
    by,
  }: Generate): Promise<{ certificate: string; key: string }> => {
    const refusal = nameRefusal(name, profile);
    if (refusal !== undefined) throw invalid(refusal);
    const names = altNames.map(checkedAltName);
    const puppet = Object.entries(extensions).map(([key, value]) => checkedExtension(key, value, oids));
    const standing = await standingOf(store, name);
    // Each replica has a server certificate of its own, a new one when its names change, and nobody's request in its way.
    const besideOthers = settings.allowDuplicates || profile === "server";
    if (!besideOthers && standing.taken) {
      throw duplicate(name, standing.certificate?.state === "revoked" ? "revoked" : "signed");
    }
    if (!besideOthers && (await store.request(name)) !== undefined) throw duplicate(name, "requested");
    await clearInterrupted(context, standing, revoke);
    const { publicKey, privateKey } = await makeKey(settings.leafKey);
    const spki = publicKey.export({ type: "spki", format: "der" });
    const issued = {
      name,
      profile,
      spki,
      altNames: names,
      extensions: puppet,
      ttl: settings.certificateTtl,
      by,
      besideOthers: besideOthers || standing.own,
    };
    return { certificate: await issue(issued), key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
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
