import type { CertificateStatus } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import type { PuppetAuthority } from "./deps.js";
import { isCertname } from "./wire/certnames.js";

const profileOf = (status: CertificateStatus) =>
  status.state === "requested" ? status.request.profile : status.certificate.profile;

/**
 * The authority as Puppet's administrators see it. It issues for other profiles too, and whoever holds pp_cli_auth
 * administers Puppet's names: a name of another profile is as good as not there, for `sign --all` as well.
 */
export function ownNames(authority: PuppetAuthority): PuppetAuthority {
  const isForeign = async (name: string) => {
    const status = await authority.status(name);
    return status !== undefined && profileOf(status) !== "puppet";
  };
  const isImpossible = async (name: string) => !isCertname(name) || isForeign(name);
  const refuseImpossible = async (name: string) => {
    if (await isImpossible(name))
      throw new GatehouseError("not-found", `There is no certificate or request ${name} of Puppet's.`);
  };
  return {
    caBundle: () => authority.caBundle(),
    crlBundle: () => authority.crlBundle(),
    expirations: () => authority.expirations(),
    takeCrls: (pem) => authority.takeCrls(pem),
    renew: (presented) => authority.renew(presented),
    submit: (submission) => authority.submit(submission),
    certificate: (name) => authority.certificate(name),
    request: async (name) => {
      const request = await authority.request(name);
      // It may hold a password: nobody but its own protocol hands it out.
      return request === undefined || (await isForeign(name)) ? undefined : request;
    },
    status: async (name) => {
      const status = await authority.status(name);
      return status === undefined || profileOf(status) !== "puppet" ? undefined : status;
    },
    statuses: (filter) => authority.statuses({ ...filter, profile: "puppet" }),
    deleteRequest: async (name) => !(await isForeign(name)) && authority.deleteRequest(name),
    forget: async (name) => !(await isForeign(name)) && authority.forget(name),
    sign: async (name, options) => {
      await refuseImpossible(name);
      await authority.sign(name, options);
    },
    revoke: async (name, by) => {
      await refuseImpossible(name);
      await authority.revoke(name, by);
    },
    clean: async (names, by) => {
      const absent = new Set<string>();
      for (const name of names) if (await isImpossible(name)) absent.add(name);
      const rest = names.filter((name) => !absent.has(name));
      const { missing } = rest.length === 0 ? { missing: [] } : await authority.clean(rest, by);
      for (const name of missing) absent.add(name);
      return { missing: names.filter((name) => absent.has(name)) };
    },
  };
}
