import type { Certificate, CertificateProfile, CertificateStatus } from "@gatehouse/core/certificates";
import { takenBy } from "./before.js";
import type { Context } from "./context.js";
import { everyCertificate } from "./pages.js";

type State = CertificateStatus["state"];

/** What each name of a profile stands for, as `puppetserver ca list` shows it. */
export function createStatuses({ store }: Pick<Context, "store">, profile: CertificateProfile) {
  const statusOf = (certificate: Certificate): CertificateStatus => ({ state: takenBy(certificate), certificate });

  return {
    async status(name: string): Promise<CertificateStatus | undefined> {
      const certificate = await store.certificate({ name, profile });
      if (certificate !== undefined) return statusOf(certificate);
      const found = await store.request({ name, profile });
      if (found === undefined) return undefined;
      const { pem: _, ...request } = found;
      return { state: "requested", request };
    },

    async statuses(state?: State): Promise<CertificateStatus[]> {
      const requests =
        state === undefined || state === "requested"
          ? (await store.requests(profile)).map((request): CertificateStatus => ({ state: "requested", request }))
          : [];
      if (state === "requested") return requests;
      const byName = new Map<string, Certificate>();
      for await (const each of everyCertificate(store, { profile, standing: true })) byName.set(each.name, each);
      const standing = new Set(byName.keys());
      // A serial that was taken may have been signed: it is shown, so that it can be revoked by its name.
      for await (const each of everyCertificate(store, { profile, state: "intended" })) {
        if (!standing.has(each.name) && !each.cleaned) byName.set(each.name, each);
      }
      const certificates = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(statusOf);
      return [...requests, ...certificates.filter((each) => state === undefined || each.state === state)];
    },
  };
}
