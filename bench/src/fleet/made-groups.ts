import type { Rule, Subject } from "@gatehouse/core/expression";
import type { Group } from "@gatehouse/core/groups";

const SITES = 50;
const ROLES = ["web", "db", "cache", "queue", "build", "mail", "dns", "proxy", "log", "mon"] as const;
const FAMILIES = ["Debian", "RedHat", "Suse", "windows"] as const;

/** What a made-up node is, by its number; the database's rows are made alike in `rows.ts`. */
export const made = (n: number) => ({
  name: `SRV-${String(n).padStart(6, "0")}`,
  site: `site-${n % SITES}`,
  role: ROLES[Math.floor(n / SITES) % ROLES.length] ?? "web",
  family: FAMILIES[n % FAMILIES.length] ?? "Debian",
  version: `10.0.${14_393 + (n % 12) * 500}`,
  memory: 2 ** (n % 8) * 1_024,
});

/** Such as a node that one agent of DSC and one of Puppet run on. */
export function subjectOf(n: number): Subject {
  const { name, site, role, family, version, memory } = made(n);
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    mergedIds: [],
    name,
    state: "active",
    labels: { site, role },
    protocols: ["dsc", "puppet"],
    aliases: { agentid: [`agent-${n}`], certname: [`${name.toLowerCase()}.example.org`] },
    evidence: { name: [name], address: [`10.0.${n >> 8}.${n & 255}`] },
    versions: ["2.0", "7.23.0"],
    tags: [],
    installedTasks: [],
    enabledTasks: [],
    extensions: [{ pp_role: role, pp_environment: "production" }],
    facts: [{ os: { family, version }, memory: { mb: memory } }],
  };
}

/**
 * Groups as a fleet has them: one for everything, one for each site below it, the roles of each site below that, and
 * others by facts, names, versions and lists, so that a node is a member of several at each depth.
 */
export function madeGroups(count: number): Group[] {
  const groups: Group[] = [
    { name: "all", priority: 0, rule: { everything: true }, settings: { "dsc.configurations": ["Base"] } },
  ];
  for (let i = 0; i < SITES && groups.length < count; i++)
    groups.push({ name: `site-${i}`, parent: "all", rule: { field: "labels.site", eq: `site-${i}` }, settings: {} });
  for (let i = 0; groups.length < count; i++) groups.push(further(i));
  return groups;
}

function further(i: number): Group {
  const role = ROLES[i % ROLES.length] ?? "web";
  if (i % 4 !== 3)
    return {
      name: `role-${i}`,
      parent: `site-${i % SITES}`,
      priority: 10 + (i % 7),
      rule: {
        and: [{ field: "labels.role", in: [role, `${role}-next`] }, { not: { field: "labels.retired", exists: true } }],
      },
      settings: { "dsc.configurations": ["Web"] },
    };
  const rules: Rule[] = [
    {
      and: [
        { field: "facts.os.family", eq: "windows" },
        { field: "facts.os.version", versionGte: "10.0.17763" },
      ],
    },
    {
      or: [
        { field: "alias.certname", glob: `*-${i}.example.org` },
        { field: "name", prefix: `srv-${i}` },
      ],
    },
    {
      and: [
        { field: "extension.pp_role", eq: role },
        { field: "facts.memory.mb", gte: 16_384 },
      ],
    },
    { field: "reference", in: Array.from({ length: 20 }, (_, k) => `SRV-${String(i * 20 + k).padStart(6, "0")}`) },
  ];
  return {
    name: `other-${i}`,
    priority: 5,
    rule: rules[(i >> 2) % rules.length] ?? { everything: true },
    settings: { "dsc.configurations": ["Web"] },
  };
}
