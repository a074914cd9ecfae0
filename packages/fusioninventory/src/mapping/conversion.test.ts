import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inventoryFactOf } from "@gatehouse/inventory";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { differences } from "./differences.test.helper.js";
import { messagesOf } from "./messages.js";

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const folder = join(shared, "data/glpi");
const namesIn = (name: string) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);
/** XML of agents, and what the public converter makes of it. */
const pairs = [
  ...namesIn("inventory_format/xml").map((name) => [
    `inventory_format/xml/${name}`,
    `inventory_format/json/${name.replace(".xml", ".json")}`,
  ]),
  ...namesIn("captured")
    .filter((name) => name.endsWith(".xml"))
    .map((name) => [`captured/${name}`, `captured/${name.replace(".xml", ".converted.json")}`]),
] as [string, string][];
if (pairs.length === 0)
  console.warn(`no XML in ${folder}: tests that compare with the public converter are skipped (set GATEHOUSE_SHARED)`);

/** Where we differ, and why: file, path, reason. */
const IMPROVEMENTS: readonly (readonly [file: RegExp, path: RegExp, why: string])[] = [
  [/./, /^action$|^jobid$/, "of the message and its job: an inventory has none"],
  [/./, /^content\.envs\[\]\.val$/, "what programs are given in their environment may be secret, and is masked"],
  [/./, /^content\.hardware\.uuid$/, "a uuid is the same in any case"],
  [/xml\/1\.xml/, /^content\.networks\[\]\.pciid$/, "hexadecimal digits are the same in any case"],
  [/xml\/1\.xml/, /^content\.bios\.bdate$/, "07/25/2014 is no 25th month"],
  [/xml\/1\.xml/, /^content\.slots\[\]\.status$/, "another word for used"],
  [/xml\/3\.xml/, /^content\.softwares\[\]\.install_date$/, "the time is kept"],
  [/glpi-agent/, /^content\.operatingsystem\.install_date$/, "the time is kept"],
  [/xml\/3\.xml|ocs/, /^content\.hardware\.description$/, "for how long the machine was up is no description"],
  [/./, /ssh_key$|description$|ifalias$|assettag$|comments$/, "blanks around a text are left out"],
  [/5-good/, /connections\[\]\.mac$/, "a list, as where there are two"],
  [
    /xml\/(?:11|17|19|5-good|6|8)|fi-net/,
    /^deviceid$/,
    "a device is told from others by its own name, not its finder's",
  ],
  [/esx/, /^content\.virtualmachines\[\]\.name$/, "it was encoded twice"],
  [/esx|ocs/, /^content\.operatingsystem$/, "said in HARDWARE, where older agents do"],
  [/glpi-agent/, /^content\.versionprovider\.perl_inc$/, "the two files differ there: a path was taken out of one"],
  [/ocs/, /^content\.controllers\[\]\.(?:name|pciclass|pciid)$/, "the class is taken out of the name"],
  [/ocs/, /^content\.cpus\[\]\./, "under the names that others have for the same"],
  [/ocs/, /^content\.local_(?:groups|users)\[\]\.id/, "the id is required, and has another name"],
  [/ocs/, /^content\.networks\[\]\.(?:speed|type)$/, "a number without its unit, and a known type"],
  [/ocs/, /^content\.networks\[\]\.ipaddress6?$/, "an address of IPv6 is none of IPv4"],
  [/ocs/, /^content\.softwares\[\]\.(?:arch|architecture|install_date)$/, "under its name, and a date"],
  [/ocs/, /^content\.softwares\[\]\.name$/, "the architecture stands beside it, not in it"],
  [/ocs/, /^content\.storages\[\]\.disksize$/, "rounded, where the converter makes null of it"],
  [/ocs/, /^content\.versionclient$/, "required; the User-Agent's where there is one"],
];

const isCovered = (file: string, path: string) =>
  IMPROVEMENTS.some(([files, paths]) => files.test(file) && paths.test(path));

function converted(xml: string, userAgent?: string): readonly object[] {
  const bytes = readFileSync(join(folder, xml));
  return messagesOf(bytes, userAgent).inventories.map((inventory) => {
    const { deviceId, itemType, tag, sections } = inventoryFactOf({ ...inventory, of: "unsure" });
    const content = Object.fromEntries([...sections].map(([name, section]) => [name, section.content]));
    return { deviceid: deviceId, itemtype: itemType, ...(tag !== undefined && { tag }), content };
  });
}

const found = new Map(
  pairs.map(([xml, json]) => {
    const [ours, ...more] = converted(xml);
    const theirs = JSON.parse(readFileSync(join(folder, json), "utf8")) as object;
    return [xml, { ours, more, differences: ours === undefined ? [] : differences(ours, theirs) }];
  }),
);

describe.skipIf(pairs.length === 0)("an agent's XML in the shape of JSON", () => {
  it.each([...found.keys()])("is what the public converter makes of it, or better: %s", (file) => {
    const uncovered = found.get(file)?.differences.filter(({ path }) => !isCovered(file, path));
    expect(uncovered).toEqual([]);
  });

  it("differs nowhere that is not said, and is the same where nothing is", () => {
    const all = [...found].flatMap(([file, { differences }]) => differences.map(({ path }) => [file, path] as const));
    const unused = IMPROVEMENTS.filter(
      ([files, paths]) => !all.some(([file, path]) => files.test(file) && paths.test(path)),
    );
    expect(unused).toEqual([]);
  });

  it("is one inventory for one device, and none for an error or what a task says of itself", () => {
    expect([...found.values()].filter(({ more }) => more.length > 0)).toEqual([]);
    expect([...found].filter(([, { ours }]) => ours === undefined).map(([file]) => file)).toEqual(
      ["fi-netdiscovery-0", "fi-netdiscovery-1", "fi-netdiscovery-4", "fi-netdiscovery-5", "fi-netinventory-0"]
        .concat("fi-netinventory-3", "fi-netinventory-4", "fi-netinventory-error")
        .map((name) => `captured/${name}.xml`),
    );
  });

  it("of OCS fits the public schema", () => {
    const [ours] = converted("captured/ocsinventory-2.10-full.xml", "OCS-NG_unified_unix_agent_v2.10.0");
    const schema = JSON.parse(readFileSync(join(folder, "inventory_format/inventory.schema.json"), "utf8")) as object;
    const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
    expect([ajv.validate(schema, ours), ajv.errors]).toEqual([true, null]);
    expect(ours).toMatchObject({
      content: {
        versionclient: "OCS-NG_unified_unix_agent_v2.10.0",
        operatingsystem: { name: "Debian", full_name: "Debian GNU/Linux 12", version: "12", arch: "x86_64" },
        cpus: [{ name: "Intel(R) Xeon(R) Processor", core: 2, thread: 2, arch: "x86_64" }],
        softwares: expect.arrayContaining([expect.objectContaining({ name: "libacl1", arch: "amd64" })]),
      },
    });
  });
});
