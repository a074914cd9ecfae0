import type { PublishedCrl } from "@gatehouse/core/certificates";
import type { Certificate } from "../certificate.js";
import { type Crl, foreignIssuer, isListOf } from "../crl/read.js";
import type { Finding, Findings } from "./findings.js";

/** The newest list of each CA in the chain. */
export function checkLists(
  lists: readonly Crl[],
  chain: readonly Certificate[],
  hasRootKey: boolean,
  now: Date,
  findings: Findings,
): Omit<PublishedCrl, "publishedAt">[] {
  const note = (level: Finding["level"], text: string) => findings.add(level, "ca_crl.pem", text);
  const found: Omit<PublishedCrl, "publishedAt">[] = [];
  for (const [index, certificate] of chain.entries()) {
    const { name = "a CA without a name", subject } = certificate;
    const isRoot = hasRootKey && index === chain.length - 1;
    // What we can sign ourselves need not be good: the first renewal replaces it.
    const ours = index === 0 || isRoot;
    const list = lists
      .filter((each) => isListOf(each, certificate))
      .reduce<Crl | undefined>(
        (best, each) => (best === undefined || each.number > best.number ? each : best),
        undefined,
      );
    if (list === undefined) {
      const forged = lists.some(({ issuer }) => Buffer.from(issuer).equals(subject));
      // Without its list nobody knows what the signing CA revoked: taking it over would bring all of it back.
      if (index === 0) note("error", `There is no list of ${name}${forged ? " that its key signed" : ""}.`);
      else note(ours ? "note" : "warning", `There is no list of ${name}: agents ask for one of every CA in the chain.`);
      continue;
    }
    if (list.isDelta) note("error", `The list of ${name} is a delta list.`);
    if (list.nextUpdate <= now)
      note(ours ? "note" : "warning", `The list of ${name} ended on ${list.nextUpdate.toISOString()}.`);
    const issuer = index === 0 ? "signing" : isRoot ? "root" : foreignIssuer(subject);
    const { number, pem, thisUpdate, nextUpdate } = list;
    found.push({ issuer, number, pem, thisUpdate, nextUpdate });
  }
  const strange = lists.filter(
    (list) => !chain.some((certificate) => Buffer.from(list.issuer).equals(certificate.subject)),
  );
  if (strange.length > 0)
    note("warning", `${strange.length} list(s) of issuers that are not in the chain are left out.`);
  return found;
}
