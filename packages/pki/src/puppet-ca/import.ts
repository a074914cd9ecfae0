import type { ImportedAuthority } from "@gatehouse/core/certificates";
import { readCertificates } from "../certificate.js";
import { type Crl, isListOf, readCrls } from "../crl/read.js";
import { keyFits } from "../keys.js";
import { type OidNames, puppetOids } from "../oids.js";
import { serialText } from "../serial.js";
import { checkChain, isSelfSigned, rootKeyOf } from "./chain.js";
import { type CaFolder, readFile, readKey } from "./files.js";
import { type Finding, Findings } from "./findings.js";
import { type InventoryLine, readInventory } from "./inventory.js";
import { checkLists } from "./lists.js";
import { readRequests } from "./requests.js";
import { inventoried, nextSerialOf } from "./serials.js";
import { readSigned } from "./signed.js";

export interface ImportResult {
  /** Undefined where there is an error among the findings. */
  readonly imported: ImportedAuthority | undefined;
  readonly findings: readonly Finding[];
}

const REQUIRED = ["ca_crt.pem", "ca_key.pem", "ca_crl.pem"];
const KNOWN = /^(ca_crt|ca_key|ca_crl|ca_pub|root_key)\.pem$|^(inventory\.txt|serial)$|^(signed|requests)\/[^/]+\.pem$/;
/** Without them an authority is not whole. */
const PARTS = /^(signed|requests|(ca_crt|ca_key|ca_crl|root_key)\.pem|inventory\.txt|serial)$/;
const INFRA = /^infra_[\w.]+$/;

/**
 * Reads the folder of a Puppet CA (`puppetserver ca setup`, wire/puppet.md section 4, or the Ruby CA before it). Looks
 * at everything before it gives up, so that an operator has to try but once.
 * @param now to say what has ended
 */
export async function importPuppetCa(folder: CaFolder, now: Date, oids: OidNames = puppetOids): Promise<ImportResult> {
  const findings = new Findings();
  const failed = (): ImportResult => ({ imported: undefined, findings: findings.list() });
  const has = (file: string) => folder.files.includes(file);
  const links = new Set(folder.links ?? []);
  for (const file of REQUIRED) if (!has(file) && !links.has(file)) findings.add("error", file, "It is missing.");
  for (const file of links) {
    const [level, then] = PARTS.test(file)
      ? (["error", "Copy what it leads to to its place."] as const)
      : ([KNOWN.test(file) ? "warning" : "note", "It is left out."] as const);
    findings.count(level, file, `It is a link, and links are not followed. ${then}`);
  }
  for (const file of folder.files) {
    if (INFRA.test(file))
      findings.count("note", file, "Lists of infrastructure nodes are not kept apart; it is left out.");
    else if (!KNOWN.test(file)) findings.count("note", file, "It is no part of an authority and is left out.");
  }
  if (findings.failed) return failed();

  const chain = (await readFile(folder, "ca_crt.pem", findings, readCertificates)) ?? [];
  const key = await readFile(folder, "ca_key.pem", findings, readKey);
  const lists = (await readFile(folder, "ca_crl.pem", findings, readListsWhole)) ?? [];
  const [signing] = chain;
  checkChain(chain, now, findings);
  if (signing === undefined || key === undefined) return failed();
  if (!keyFits(signing.spki, key)) {
    findings.add("error", "ca_key.pem", "It is not the key of the first certificate in ca_crt.pem.");
  }
  const rootKey = has("root_key.pem") ? await rootKeyOf(folder, chain, findings) : null;
  const crls = checkLists(lists, chain, rootKey !== null, now, findings);

  const own = lists.filter((list) => isListOf(list, signing)).flatMap((list) => [...list.revoked()]);
  const revoked = new Map(own.map(({ serial, revokedAt }) => [serial, revokedAt]));
  const inventory = await inventoryOf(folder, findings);
  const signed = await readSigned({ folder, signing, revoked, now, oids, findings });
  const requests = await readRequests(folder, oids, findings);
  // A CA that issued itself took one of its own serials.
  const known = new Set([
    ...signed.map(({ serial }) => serial),
    ...(isSelfSigned(signing) ? [serialText(signing.serial)] : []),
  ]);
  const certificates = [...signed, ...inventoried(inventory, known, revoked, now, findings)];
  for (const { serial } of certificates) known.add(serial);
  const nextSerial = await nextSerialOf(folder, [...known, ...revoked.keys()], findings);
  if (findings.failed) return failed();
  return {
    imported: {
      authority: { chain: chain.map(({ pem }) => pem).join(""), key, rootKey, origin: "imported" },
      nextSerial,
      certificates,
      revocations: [...revoked]
        .filter(([serial]) => !known.has(serial))
        .map(([serial, revokedAt]) => ({ serial, revokedAt, notAfter: null })),
      requests,
      crls,
    },
    findings: findings.list(),
  };
}

/** Lists are read entry by entry only when asked; a broken entry is to be found now. */
function readListsWhole(text: string): Crl[] {
  const lists = readCrls(text);
  for (const list of lists) for (const _ of list.revoked());
  return lists;
}

async function inventoryOf(folder: CaFolder, findings: Findings): Promise<readonly InventoryLine[]> {
  const file = "inventory.txt";
  if (!folder.files.includes(file)) {
    findings.add("warning", file, "It is missing: certificates whose files are gone are not known.");
    return [];
  }
  const { lines = [], unread = [] } = (await readFile(folder, file, findings, readInventory)) ?? {};
  if (unread.length > 0)
    findings.add("warning", file, `${unread.length} line(s) could not be read, the first is ${unread[0]}.`);
  return lines;
}
