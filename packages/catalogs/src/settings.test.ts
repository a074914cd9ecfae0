import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { catalogSettingDefinitions } from "./settings.js";

const definition = (name: string) => {
  const found = catalogSettingDefinitions.find((one) => one.name === `puppet.${name}`);
  if (found === undefined) throw new Error(`no setting ${name}`);
  return found;
};
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const fits = (name: string, value: unknown) => ajv.validate(definition(name).schema, value);
const problems = (value: unknown) =>
  (definition("resources").check?.(value) ?? []).map(({ path, message }) => [path, message]);

describe("settings for catalogs", () => {
  it("are four, refuse conflicts, and merge as far as parameters", () => {
    expect(catalogSettingDefinitions.map(({ name, merge, depth }) => [name, merge, depth])).toEqual([
      ["puppet.environment", "replace", undefined],
      ["puppet.classes", "deep", 2],
      ["puppet.parameters", "deep", 1],
      ["puppet.resources", "deep", 2],
    ]);
    expect(catalogSettingDefinitions.every(({ refusesConflicts }) => refusesConflicts)).toBe(true);
  });

  it.each<[string, unknown]>([
    ["environment", "production"],
    ["classes", { ntp: { servers: ["a"] }, "profile::base": {}, "::top": {} }],
    ["parameters", { role: "web", _x: 1, list: [1] }],
    ["resources", { "File[/etc/motd]": { content: "x" }, "Apache::Vhost[a b]": {}, "Ssh_authorized_key[x]": {} }],
  ])("take %s %j", (name, value) => {
    expect(fits(name, value)).toBe(true);
  });

  it.each<[string, unknown]>([
    ["environment", "Prod"],
    ["environment", "a/b"],
    ["environment", ""],
    ["classes", ["ntp"]],
    ["classes", { Ntp: {} }],
    ["classes", { ntp: null }],
    ["parameters", { "a b": 1 }],
    ["resources", { "file[/etc/motd]": {} }],
    ["resources", { File: {} }],
    ["resources", { "File[]": {} }],
    ["resources", { "File[a\nb]": {} }],
    ["resources", { "File[/etc/motd]": [] }],
    ["resources", { "__proto__x[a]": {} }],
  ])("refuse %s %j", (name, value) => {
    expect(fits(name, value)).toBe(false);
  });
});

describe("puppet.resources", () => {
  it("takes the parameters of core types, metaparameters, and those of types that are not known here", () => {
    expect(
      problems({
        "File[/a]": { ensure: "file", content: "x", mode: "0644", before: "Notify[x]", loglevel: "debug", noop: true },
        "Service[ssh]": { ensure: "running", enable: true, hasstatus: "%{facts.x}" },
        "Cron[x]": { ensure: { __ptype: "Deferred", name: "f" } },
        "Apache::Vhost[x]": { anything: 1 },
        "Archive[x]": { anything: 1 },
        "Mount[/x]": { ensure: null },
        "Ssh_authorized_key[x]": { type: "ssh-ed25519", user: "root", key: "AAAA" },
      }),
    ).toEqual([]);
  });

  it("names what a type has not, and values that it does not take", () => {
    expect(
      problems({
        "File[/etc/motd]": { contents: "x", links: "follow" },
        "Service[x]": { ensure: "up", enable: ["yes"] },
        "Exec[a~b]": { refreshonly: 1 },
        "User[x]": JSON.parse('{"__proto__": 1, "constructor": 2}'),
      }),
    ).toEqual([
      ["/File[~1etc~1motd]/contents", 'File has no parameter "contents".'],
      ["/Service[x]/ensure", 'It is "up", and one of false, running, stopped, true is asked for.'],
      ["/Service[x]/enable", 'It is "yes", and one of delayed, false, manual, mask, true is asked for.'],
      ["/Exec[a~0b]/refreshonly", 'It is "1", and one of false, true is asked for.'],
      ["/User[x]/__proto__", 'User has no parameter "__proto__".'],
      ["/User[x]/constructor", 'User has no parameter "constructor".'],
    ]);
  });

  it.each(["Class[Ntp]", "Node[x]", "Stage[main]"])("takes no %s", (reference) => {
    expect(problems({ [reference]: {} })[0]?.[1]).toContain("is not a resource that is declared here");
  });
});
