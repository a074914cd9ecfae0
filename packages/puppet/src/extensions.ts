/** The arc of Puppet's own extensions. */
const PUPPET = "1.3.6.1.4.1.34380.1";
/** Below it: what a certificate may do, as against what its node is. */
const AUTHORIZATION = `${PUPPET}.3.`;

/** Short names of the registered extensions, from 1.3.6.1.4.1.34380.1.1.1 on (wire/puppet.md section 4). */
const registered = [
  ...["pp_uuid", "pp_instance_id", "pp_image_name", "pp_preshared_key", "pp_cost_center", "pp_product", "pp_project"],
  ...["pp_application", "pp_service", "pp_employee", "pp_created_by", "pp_environment", "pp_role"],
  ...["pp_software_version", "pp_department", "pp_cluster", "pp_provisioner", "pp_region", "pp_datacenter", "pp_zone"],
  ...["pp_network", "pp_securitypolicy", "pp_cloudplatform", "pp_apptier", "pp_hostname", "pp_owner"],
];
const authorizing = {
  "1": "pp_authorization",
  "2": "pp_auth_auto_renew",
  "13": "pp_auth_role",
  "39": "pp_cli_auth",
} as const;

const shortNames = new Map<string, string>([
  ...registered.map((name, i) => [`${PUPPET}.1.${i + 1}`, name] as const),
  ...Object.entries(authorizing).map(([arc, name]) => [`${AUTHORIZATION}${arc}`, name] as const),
]);
const authorizingNames: ReadonlySet<string> = new Set(Object.values(authorizing));

/** The name under which the extensions of a certificate hold what is called by a short name or an OID. */
export const extensionName = (name: string): string => shortNames.get(name) ?? name;

/** Whether an extension says what the certificate may do: operators are shown these before they sign. */
export const isAuthorizing = (name: string): boolean => authorizingNames.has(name) || name.startsWith(AUTHORIZATION);
