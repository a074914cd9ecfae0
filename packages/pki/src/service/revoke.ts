import type { CertificateProfile, CertificateStore } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Context } from "./context.js";

type What = Parameters<CertificateStore["revoke"]>[0];

export interface Revoke {
  /** @returns the serials newly revoked */
  serials(serials: readonly string[], by: string): Promise<string[]>;
  /** @throws not-found when the name never had a certificate */
  name(name: string, profile: CertificateProfile, by: string): Promise<void>;
  /** @returns names that had nothing */
  clean(names: readonly string[], profile: CertificateProfile, by: string): Promise<{ missing: string[] }>;
}

/**
 * Revokes: committed first, then this replica's set and its open connections, then the new list (design.md section 5).
 * Where the list fails, the revocation stands, the caller is told, and the next renewal of lists mends it.
 */
export function createRevoke({ store, revocations, crls, log, audit }: Context): Revoke {
  /** @param then what else is to be done, whether the list can be made or not */
  async function revoke(what: What, by: string, then: (serials: readonly string[]) => Promise<void>) {
    const serials = await store.revoke(what, by);
    await follow(serials, by, then);
    return serials;
  }

  /** What a committed revocation leads to. */
  async function follow(serials: readonly string[], by: string, then: (serials: readonly string[]) => Promise<void>) {
    if (serials.length > 0) {
      log.info("revoked certificates", { serials, by });
      revocations.add(serials);
    }
    try {
      if (serials.length > 0) await crls.publish();
    } finally {
      await then(serials);
    }
  }

  /** For the audit log, where each name has a line of its own. */
  async function byName(serials: readonly string[]) {
    const found = new Map<string, { name: string; profile: CertificateProfile; serials: string[] }>();
    for (const serial of serials) {
      const certificate = await store.bySerial(serial);
      if (certificate === undefined) continue;
      const { name, profile } = certificate;
      const of = found.get(`${profile} ${name}`) ?? { name, profile, serials: [] };
      of.serials.push(serial);
      found.set(`${profile} ${name}`, of);
    }
    return [...found.values()];
  }

  return {
    serials: (which, by) =>
      revoke({ serials: which }, by, async (serials) => {
        for (const { name, ...detail } of await byName(serials)) await audit("ca.revoke-serials", by, name, detail);
      }),

    async name(name, profile, by) {
      const serials = await revoke({ names: [name], profile }, by, async (revoked) => {
        if (revoked.length > 0) await audit("ca.revoke", by, name, { profile, serials: revoked });
      });
      // Revoking again changes nothing and is no error; a name that was cleaned counts as one that never was.
      if (serials.length > 0 || (await store.certificate({ name, profile })) !== undefined) return;
      throw new GatehouseError("not-found", "Invalid certificate subject.");
    },

    async clean(names, profile, by) {
      const wanted = [...new Set(names)];
      const cleaned = await store.clean(wanted, profile, by);
      const had = new Set(cleaned.had);
      await follow(cleaned.revoked, by, async (serials) => {
        const revoked = new Map((await byName(serials)).map((each) => [each.name, each.serials]));
        for (const name of new Set([...had, ...revoked.keys()])) {
          await audit("ca.clean", by, name, { profile, serials: revoked.get(name) ?? [] });
        }
      });
      return { missing: wanted.filter((name) => !had.has(name)) };
    },
  };
}
