import type { CertificateProfile, CertificateStore } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AltName, altNameText } from "../alt-names.js";
import { byName, type PuppetExtension } from "../extensions.js";
import { fingerprintsOf } from "../fingerprints.js";
import { leafAltNames, leafPuppet, leafTbs, signedDer, validity } from "../leaf.js";
import { toPem } from "../pem.js";
import type { Act } from "./audit.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";

type Intent = Parameters<CertificateStore["intend"]>[0];

/** A certificate that is to be issued: everything about it has been checked. */
export interface Issue extends Pick<Intent, "others" | "token" | "request" | "renews"> {
  readonly name: string;
  readonly profile: CertificateProfile;
  readonly spki: Uint8Array;
  readonly altNames: readonly AltName[];
  readonly extensions: readonly PuppetExtension[];
  /** Seconds. */
  readonly ttl: number;
  readonly by: string;
  /** What it is in the audit log; left out for what is not written there. */
  readonly act?: Extract<Act, "ca.sign" | "ca.readmit" | "ca.generate">;
}

/** The token of an {@link Issue} has no use left: somebody was faster. Nothing has changed. */
export class TokenUsedUp extends Error {}

const RETRY_SECONDS = 10;

/**
 * Issues certificates, in the order that design.md section 5 fixes: revocations confirmed, serial and intent committed,
 * signed on a thread, stored, answered. A crash in between leaves a serial that is listed and can be revoked.
 */
export function createIssuer(context: Context): (issue: Issue) => Promise<string> {
  const { store, clock, settings, revocations, crls, sign, authority, oids, log, audit } = context;
  let atWork = 0;

  async function intend({ name, profile, by, others, token, request, renews }: Issue, notAfter: Date) {
    const optional = {
      ...(token === undefined ? {} : { token }),
      ...(request === undefined ? {} : { request }),
      ...(renews === undefined ? {} : { renews }),
    };
    const intended = await store.intend({ name, profile, by, others, notAfter, ...optional });
    if (!("refused" in intended)) return intended;
    if (intended.refused === "token-used") throw new TokenUsedUp();
    if (intended.refused === "revoked") throw new GatehouseError("forbidden", "The certificate is revoked.");
    // Somebody was faster with the same name: the same words as where that is seen before.
    throw duplicate(name, "signed");
  }

  /** What the intent revoked is committed: a list that fails now keeps nobody from the certificate, and is mended later. */
  async function publish(serials: readonly string[], by: string): Promise<void> {
    if (serials.length === 0) return;
    log.info("revoked certificates", { serials, by });
    revocations.add(serials);
    await crls.publish().catch((thrown: unknown) => {
      log.error("the revocation list could not be published", { serials, reason: `${thrown}` });
    });
  }

  async function issueOne(issue: Issue): Promise<string> {
    const { name, profile, ttl, by, act } = issue;
    await revocations.confirm();
    const { issuer, key } = authority().signing;
    const dates = validity(clock.now(), ttl * 1000, issuer);
    const { serial, revoked } = await intend(issue, dates.notAfter);
    await publish(revoked, by);
    // What it did to others it has done, whether it is signed or not.
    if (act === "ca.readmit") await audit(act, by, name, { profile, serial, revoked });
    const body = leafTbs({ ...issue, ...dates, serial: BigInt(`0x${serial}`) }, issuer);
    let signature: Uint8Array;
    try {
      signature = await sign({ body, key });
    } catch (thrown) {
      // Nothing was signed with the serial, and it must not hold the name.
      await store.revoke({ serials: [serial] }, "authority").then(
        (serials) => revocations.add(serials),
        (why: unknown) => log.warn("a serial without a certificate could not be given up", { serial, why: `${why}` }),
      );
      throw thrown;
    }
    const der = signedDer(body, issuer, signature);
    const pem = toPem("CERTIFICATE", der);
    await store.complete(serial, {
      pem,
      fingerprints: fingerprintsOf(der),
      ...dates,
      altNames: leafAltNames(issue).map(altNameText),
      extensions: byName(leafPuppet(issue), oids),
    });
    log.info("issued a certificate", { name, profile, serial, by });
    if (act !== undefined && act !== "ca.readmit") await audit(act, by, name, { profile, serial });
    return pem;
  }

  return async (issue) => {
    // Asked before a serial is taken: one that waits in vain would have to be given up.
    if (atWork >= settings.mostAtWork) {
      throw new GatehouseError("overloaded", "Too many certificates wait to be signed.", {
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    atWork += 1;
    try {
      return await issueOne(issue);
    } finally {
      atWork -= 1;
    }
  };
}
