import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { kindsOf } from "./apply.test.helper.js";
import { documentCheck } from "./check.js";
import { examine } from "./examine.js";
import { documentsSchema } from "./schema.js";

const schema = documentsSchema(kindsOf());
const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false });
formats.default(ajv);
const fits = ajv.compile(schema);
const kinds = new Map(kindsOf().map((kind) => [kind.kind, kind]));
const UUID = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
/** Secrets and files are there, whatever they are called. */
const given = {
  secrets: { has: () => true, get: (name: string) => (name.endsWith("UUID") ? UUID : "0123456789-0123456789") },
  files: { get: () => ({ size: 1 }) },
};
const faultsOf = (document: unknown) => {
  const { documents, faults } = documentCheck(kindsOf())([document]);
  return [...faults, ...examine(kinds, documents, given as never).faults];
};

const GOOD = [
  { kind: "EnrolmentKey", name: "a", spec: { protocol: "dsc", key: { file: "k" } } },
  { kind: "AgentLogin", name: "fleet ü", spec: { kind: "basic", secret: { env: "P" } } },
  {
    kind: "AgentLogin",
    name: "web01",
    spec: { kind: "oauth", agent: "web01-2024-02-29-12-00-00", secret: { env: "P" } },
  },
  { kind: "RegistrationToken", name: "fleet", spec: { secret: { env: "UUID" } } },
  {
    kind: "RegistrationToken",
    name: "lab",
    spec: { ...{ tag: "lab", agent: UUID, uses: 20 }, expires: "2027-01-31T00:00:00Z", secret: { file: "UUID" } },
  },
  { kind: "ApiToken", name: "a", spec: { role: "viewer", expires: "2027-01-31T00:00:00Z", secret: { env: "T" } } },
  { kind: "Credential", name: "a", spec: { kind: "password", username: "root", secret: { env: "P" } } },
  { kind: "Credential", name: "b", spec: { kind: "snmp-community", secret: { env: "P" } } },
  { kind: "Configuration", name: "Web", spec: { file: "web.mof" } },
  { kind: "Environment", name: "production", spec: { path: "environments/production" } },
  { kind: "AutosignRule", name: "a", spec: { kind: "token", secret: { env: "S" }, uses: null } },
  { kind: "AutosignRule", name: "b", spec: { kind: "all" } },
  { kind: "AuthorizationRule", name: "a", spec: { protocol: "dsc", path: "/" } },
  { kind: "Group", name: "a", spec: { rule: { not: { field: "name", glob: "w*" } }, settings: {}, priority: 7 } },
  { kind: "Group", name: "b", spec: { nodes: ["web01"], settings: {} } },
  { kind: "Package", name: "agent", spec: { path: "packages/agent" } },
  { kind: "Package", name: "Notepad++ 8", spec: { path: "packages/notepad" } },
  { kind: "Job", name: "spring", spec: { task: "deploy", spec: { package: "agent" }, group: "web" } },
  {
    kind: "Job",
    name: "look",
    spec: {
      ...{ task: "collect", spec: { steps: [{ function: "getFromRegistry", path: "a" }] }, nodes: ["web01"] },
      ...{ notBefore: "2027-01-31T00:00:00Z", perMinute: 5, waitSeconds: 60, silenceSeconds: 60, wake: true },
    },
  },
  { kind: "Recording", name: "all", spec: {} },
  {
    kind: "Recording",
    name: "web.errors",
    spec: { node: "web01", route: "puppet.v3", leastStatus: 400, seconds: 60, most: 10, megabytes: 1 },
  },
];
const BAD = [
  { kind: "Nothing", name: "a", spec: {} },
  { kind: "EnrolmentKey", name: "a", spec: { protocol: "dsc", key: "in the clear" } },
  { kind: "EnrolmentKey", name: "a b", spec: { protocol: "dsc", key: { file: "k" } } },
  { kind: "Credential", name: "a", spec: { kind: "password", secret: { env: "P" } } },
  { kind: "AgentLogin", name: "a", spec: { kind: "digest", secret: { env: "P" } } },
  { kind: "AgentLogin", name: "a", spec: { kind: "basic", secret: "in the clear" } },
  { kind: "AgentLogin", name: "a", spec: { kind: "basic" } },
  { kind: "RegistrationToken", name: "a b", spec: { secret: { env: "UUID" } } },
  { kind: "RegistrationToken", name: "a", spec: { secret: { env: "UUID" }, uses: 0 } },
  { kind: "RegistrationToken", name: "a", spec: { secret: { env: "UUID" }, agent: "web01" } },
  { kind: "AutosignRule", name: "a", spec: { kind: "glob", certname: "x" } },
  { kind: "AutosignRule", name: "a", spec: { kind: "executable", path: "/bin/true" } },
  { kind: "Configuration", name: "Web", spec: { file: "web.mof", more: 1 } },
  { kind: "Configuration", name: "Web" },
  { kind: "Environment", name: "Production", spec: { path: "x" } },
  { kind: "Environment", name: "production", spec: { file: "x" } },
  { kind: "Group", name: "a", spec: { settings: {} } },
  { kind: "Package", name: "agent", spec: {} },
  { kind: "Package", name: "a ", spec: { path: "x" } },
  { kind: "Package", name: "a/b", spec: { path: "x" } },
  { kind: "Package", name: "agent", spec: { path: "x", exec: "id" } },
  { kind: "Package", name: "agent", spec: { actions: [{ exec: "id" }] } },
  { kind: "Job", name: "spring", spec: { task: "format", spec: {}, group: "web" } },
  { kind: "Job", name: "spring", spec: { task: "deploy", spec: { exec: "id" }, group: "web" } },
  { kind: "Job", name: UUID, spec: { task: "deploy", spec: { package: "agent" }, group: "web" } },
  { kind: "Job", name: "spring", spec: { task: "wake", spec: { tasks: [] }, group: "web" } },
  { kind: "Recording", name: "a b", spec: {} },
  { kind: "Recording", name: "all", spec: { seconds: 31 * 86_400 } },
  { kind: "Recording", name: "all", spec: { for: "ever" } },
  { kind: "Recording", name: "all", spec: { leastStatus: 99 } },
  { kind: "Recording", name: "all", spec: { from: "nowhere" } },
  { kind: "Group", name: "a", spec: { rule: { field: "name", equals: "x" }, settings: {} } },
  { kind: "Group", name: "a", spec: { nodes: [], settings: { "no.such": 1 } } },
];

describe("the schema for editors", () => {
  it.each(GOOD)("takes what is taken: $kind $spec", (document) => {
    expect(fits(document), JSON.stringify(fits.errors)).toBe(true);
    expect(faultsOf(document)).toEqual([]);
  });

  it.each(BAD)("takes nothing that is refused: $kind $spec", (document) => {
    expect(fits(document)).toBe(false);
    expect(faultsOf(document)).not.toEqual([]);
  });

  it("takes a list of them, and knows every kind", () => {
    expect(fits(GOOD)).toBe(true);
    expect(fits([...GOOD, ...BAD])).toBe(false);
    expect(new Set(GOOD.map(({ kind }) => kind))).toEqual(new Set(kindsOf().map(({ kind }) => kind)));
  });
});
