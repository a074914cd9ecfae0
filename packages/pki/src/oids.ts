import { GatehouseError } from "@gatehouse/core/errors";

/** Puppet's own arc (wire/puppet.md section 4, "X.509 profiles"). */
const PUPPET = "1.3.6.1.4.1.34380.1";

/** `trustedOid` of Puppet's three subtrees: registered names, a site's private ones, authorization. */
export const Arc = { registered: `${PUPPET}.1`, private: `${PUPPET}.2`, authorization: `${PUPPET}.3` } as const;

export const Oid = {
  commonName: "2.5.4.3",
  challengePassword: "1.2.840.113549.1.9.7",
  extensionRequest: "1.2.840.113549.1.9.14",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  crlReason: "2.5.29.21",
  deltaCrl: "2.5.29.27",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  netscapeComment: "2.16.840.1.113730.1.13",
  cliAuth: `${Arc.authorization}.39`,
  preSharedKey: `${Arc.registered}.4`,
  autoRenew: `${Arc.authorization}.2`,
} as const;

const registered =
  "pp_uuid pp_instance_id pp_image_name pp_preshared_key pp_cost_center pp_product pp_project pp_application pp_service " +
  "pp_employee pp_created_by pp_environment pp_role pp_software_version pp_department pp_cluster pp_provisioner " +
  "pp_region pp_datacenter pp_zone pp_network pp_securitypolicy pp_cloudplatform pp_apptier pp_hostname pp_owner";

const builtIn: readonly (readonly [string, string])[] = [
  ...registered.split(" ").map((name, index) => [`${Arc.registered}.${index + 1}`, name] as const),
  [`${Arc.authorization}.1`, "pp_authorization"],
  [Oid.autoRenew, "pp_auth_auto_renew"],
  [`${Arc.authorization}.13`, "pp_auth_role"],
  [Oid.cliAuth, "pp_cli_auth"],
  [Oid.challengePassword, "challengePassword"],
];

/** Whether an OID is below an arc; the arc itself is not. */
export const isBelow = (arc: string, oid: string): boolean => oid.startsWith(`${arc}.`);

/** Whether an OID is below one of Puppet's three arcs. */
export const isPuppet = (oid: string): boolean => Object.values(Arc).some((arc) => isBelow(arc, oid));

/** Short names of Puppet's OIDs, with a site's own ones. */
export interface OidNames {
  /** The short name, else the OID itself. */
  nameOf(oid: string): string;
  /** The OID of a short name, or of an OID below Puppet's arcs itself. */
  oidOf(name: string): string | undefined;
}

/**
 * @param custom short name by OID, as `custom_trusted_oid_mapping.yaml` has them
 * @throws config-invalid for what is not below Puppet's arcs, or a name that is taken
 */
export function createOidNames(custom: Readonly<Record<string, string>> = {}): OidNames {
  const names = new Map(builtIn);
  const oids = new Map(builtIn.map(([oid, name]) => [name, oid]));
  for (const [oid, name] of Object.entries(custom)) {
    const problem =
      !isPuppet(oid) || !isOid(oid)
        ? "is not below 1.3.6.1.4.1.34380.1"
        : names.has(oid)
          ? "has a name already"
          : oids.has(name) || !/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name)
            ? "needs a name of its own, of letters, digits and underscores"
            : undefined;
    if (problem !== undefined)
      throw new GatehouseError("config-invalid", `The OID ${oid} of the custom names ${problem}.`);
    names.set(oid, name);
    oids.set(name, oid);
  }
  return {
    nameOf: (oid) => names.get(oid) ?? oid,
    oidOf: (name) => oids.get(name) ?? (isPuppet(name) && isOid(name) ? name : undefined),
  };
}

/** The built-in names alone. */
export const puppetOids: OidNames = createOidNames();

const isOid = (text: string): boolean => text.length <= 100 && /^\d+(\.(0|[1-9]\d*))+$/.test(text);
