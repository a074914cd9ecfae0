import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AltName, altNameText } from "../alt-names.js";
import { byName, type PuppetExtension } from "../extensions.js";
import { fingerprintsOf } from "../fingerprints.js";
import { leafAltNames, leafPuppet, leafTbs, signedDer, validity } from "../leaf.js";
import { toPem } from "../pem.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";

/** A certificate that is to be issued: everything about it has been checked. */
export interface Issue {
  readonly name: string;
  readonly profile: CertificateProfile;
  readonly spki: Uint8Array;
  readonly altNames: readonly AltName[];
  readonly extensions: readonly PuppetExtension[];
  /** Seconds. */
  readonly ttl: number;
  readonly by: string;
  readonly besideOthers: boolean;
}

const RETRY_SECONDS = 10;

/**
 * Issues certificates, in the order that design.md section 5 fixes: revocations confirmed, serial and intent committed,
 * signed on a thread, stored, answered. A crash in between leaves a serial that is listed and can be revoked.
 */
export function createIssuer(context: Context): (issue: Issue) => Promise<string> {
  const { store, clock, settings, revocations, sign, authority, oids, log } = context;
  let atWork = 0;

  async function issueOne({ ttl, by, besideOthers, ...leaf }: Issue): Promise<string> {
    await revocations.confirm();
    const { issuer, key } = authority().signing;
    const dates = validity(clock.now(), ttl * 1000, issuer);
    const { serial } = await store
      .intend({ name: leaf.name, profile: leaf.profile, by, besideOthers })
      .catch((thrown) => {
        // Somebody was faster with the same name: the same words as where that is seen before.
        throw thrown instanceof GatehouseError && thrown.code === "conflict" ? duplicate(leaf.name, "signed") : thrown;
      });
    const body = leafTbs({ ...leaf, ...dates, serial: BigInt(`0x${serial}`) }, issuer);
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
      altNames: leafAltNames(leaf).map(altNameText),
      extensions: byName(leafPuppet(leaf), oids),
    });
    log.info("issued a certificate", { name: leaf.name, profile: leaf.profile, serial, by });
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
