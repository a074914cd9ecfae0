import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ArtifactKind, CURRENT } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { checkFetchableName } from "../names.js";

export const CONFIGURATION = "dsc-configuration";

/** Compiled configurations (`Name.mof`), published under their file's name, byte by byte as they are. */
export const configurationKind: ArtifactKind = {
  id: CONFIGURATION,
  label: "configuration",
  maxBytes: 64 << 20,
  document: {
    kind: "Configuration",
    description: "A compiled DSC configuration.",
    name: "The configuration's name, which nodes ask for.",
    extension: ".mof",
  },
  address(fileName) {
    const base = path.basename(fileName);
    if (!/\.mof$/i.test(base)) throw new GatehouseError("name-invalid", "A configuration's file is called Name.mof.");
    if (/\.meta\.mof$/i.test(base)) {
      throw new GatehouseError(
        "name-invalid",
        "This is a meta-configuration: it is applied on the node (Set-DscLocalConfigurationManager), not pulled.",
      );
    }
    const name = base.slice(0, -".mof".length);
    checkFetchableName("configuration", name);
    return { name, channel: CURRENT };
  },
  async inspect(fileName, file) {
    const address = configurationKind.address(fileName);
    const text = decodeMof(await readFile(file));
    if (text.trim() === "") throw new GatehouseError("request-malformed", "The file is empty.");
    return { ...address, warnings: warningsOf(text) };
  },
};

/** Windows writes UTF-16LE with a byte order mark; other tools write UTF-8. */
function decodeMof(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length & ~1))
      .swap16()
      .toString("utf16le");
  return bytes.toString("utf8");
}

function warningsOf(mof: string): string[] {
  const warnings: string[] = [];
  if (!/\binstance\s+of\s+OMI_ConfigurationDocument\b/i.test(mof)) {
    warnings.push(
      "There is no OMI_ConfigurationDocument in it: an LCM will refuse it if this is not a compiled configuration.",
    );
  }
  if (PLAIN_PASSWORD.test(mof) || /PSDscAllowPlainTextPassword\s*=\s*"?\$?true/i.test(mof)) {
    warnings.push(
      "It holds a password in plain text (PSDscAllowPlainTextPassword): everybody who can read this file, or this server's database, can read the password.",
    );
  }
  return warnings;
}

// A password that is not empty and does not begin like a CMS message, which is how one is encrypted for a node.
const PLAIN_PASSWORD = /\bPassword\s{0,100}=\s{0,100}"(?!")(?!(?:\\[rn]|\s){0,8}-----BEGIN CMS-----)/i;
