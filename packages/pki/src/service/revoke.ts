import { GatehouseError } from "@gatehouse/core/errors";
import type { Context } from "./context.js";
import { everyCertificate, standingOf } from "./standing.js";

export interface Revoke {
  /** @throws not-found when the name never had a certificate */
  byName(name: string, by: string): Promise<void>;
  bySerials(serials: readonly string[], by: string): Promise<string[]>;
  clean(names: readonly string[], by: string): Promise<{ missing: string[] }>;
}

/**
 * Revokes: committed first, then this replica's set and its open connections, then the new list (design.md section 5).
 * Where the list fails, the revocation stands, the caller is told, and the next renewal of lists mends it.
 */
export function createRevoke({ store, revocations, crls, log }: Context): Revoke {
  async function revoke(what: Parameters<typeof store.revoke>[0], by: string): Promise<string[]> {
    const serials = await store.revoke(what, by);
    if (serials.length === 0) return [];
    log.info("revoked certificates", { serials, by });
    revocations.add(serials);
    await crls.publish();
    return serials;
  }

  /**
   * What of a name is revoked: everything, cleaned or not, but never a gateway's own certificate together with a node's
   * on the same host.
   */
  async function whatOf(name: string): Promise<Parameters<typeof store.revoke>[0]> {
    const { own, taken } = await standingOf(store, name, true);
    if (!own || !taken) return { names: [name] };
    const serials: string[] = [];
    for await (const each of everyCertificate(store, { name })) {
      if (each.name === name && each.profile !== "server" && each.state !== "revoked") serials.push(each.serial);
    }
    return { serials };
  }

  return {
    async byName(name, by) {
      const serials = await revoke(await whatOf(name), by);
      // Revoking again changes nothing and is no error; a name that was cleaned counts as one that never was.
      if (serials.length > 0 || (await standingOf(store, name)).certificate !== undefined) return;
      throw new GatehouseError("not-found", "Invalid certificate subject.");
    },
    bySerials: (serials, by) => revoke({ serials }, by),
    async clean(names, by) {
      const wanted = [...new Set(names)];
      const all = await Promise.all(wanted.map(whatOf));
      await revoke(
        { names: all.flatMap((each) => each.names ?? []), serials: all.flatMap((each) => each.serials ?? []) },
        by,
      );
      const had = new Set(await store.clean(wanted));
      return { missing: wanted.filter((name) => !had.has(name)) };
    },
  };
}
