import { GatehouseError } from "@gatehouse/core/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inventoryFactOf } from "./fact.js";
import { factOf, messages, noMessages, recordedInventories, said } from "./recordings.test.helper.js";
import { inventoryRules } from "./rules.js";
import { misfitsIn } from "./schema/check.js";

const message = { deviceId: "web01-2024-02-29-12-00-00", scope: "full", content: {}, of: "own" } as const;
const contentOf = (fact: ReturnType<typeof inventoryFactOf>) =>
  Object.fromEntries([...fact.sections].map(([name, { content }]) => [name, content]));

const misfitsOf = (content: Readonly<Record<string, unknown>>) =>
  Object.entries(content).flatMap(([section, said]) => misfitsIn(section, said));

describe("inventoryFactOf", () => {
  it("takes an empty content: it says that there is a machine", () => {
    expect(inventoryFactOf({ ...message, versionClient: "OCS-NG_unified_unix_agent_v2.10.0" })).toMatchObject({
      fact: "inventory",
      deviceId: message.deviceId,
      itemType: "Computer",
      scope: "full",
      name: "web01",
      tag: undefined,
      versionClient: "OCS-NG_unified_unix_agent_v2.10.0",
      evidence: [],
      repairs: [],
      of: "own",
    });
  });

  it.each([
    ["", {}],
    [" \0 ", {}],
    ["x".repeat(256), {}],
    [undefined as unknown as string, {}],
    ["a", null],
    ["a", []],
    ["a", "text"],
    ["a", undefined],
  ])("refuses deviceid %j with content %j", (deviceId, content) => {
    const wrong = () => inventoryFactOf({ ...message, deviceId, content: content as Record<string, unknown> });
    expect(wrong).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });

  it.each([
    ["Computer", "Computer"],
    ["networkequipment", "NetworkEquipment"],
    ["", "Computer"],
    [undefined, "Computer"],
    ["Glpi\\CustomAsset\\RadioAsset", "Glpi\\CustomAsset\\RadioAsset"],
  ])("reads item type %j as %s", (itemType, known) => {
    const fact = inventoryFactOf({ ...message, ...(itemType !== undefined && { itemType }) });
    expect([fact.itemType, fact.repairs]).toEqual([known, []]);
  });

  it.each(["Toaster", "Glpi\\CustomAsset\\", "Glpi\\CustomAsset\\a b", "__proto__"])(
    "takes %s for unmanaged",
    (itemType) => {
      const fact = inventoryFactOf({ ...message, itemType });
      expect(fact.itemType).toBe("Unmanaged");
      expect(fact.repairs).toMatchObject([{ path: "itemtype", did: "changed", was: itemType, times: 1 }]);
    },
  );

  it("names the machine by its hardware, the device, the deviceid, in this order", () => {
    const nameOf = (content: Record<string, unknown>) => inventoryFactOf({ ...message, content }).name;
    const device = { type: "Networking", name: "switch" };
    expect(nameOf({ hardware: { name: "a" }, network_device: device })).toBe("a");
    expect(nameOf({ hardware: { name: " " }, network_device: device })).toBe("switch");
    expect(nameOf({ hardware: [] })).toBe("web01");
  });

  it("has the tag of the message, else that among the accounts", () => {
    const content = { accountinfo: { keyname: "TAG", keyvalue: "lab" } };
    expect(inventoryFactOf({ ...message, content }).tag).toBe("lab");
    expect(inventoryFactOf({ ...message, content, tag: "office" }).tag).toBe("office");
    expect(
      inventoryFactOf({ ...message, content: { accountinfo: [content.accountinfo, content.accountinfo] } }).tag,
    ).toBe(undefined);
  });

  it("keeps the repairs that were made before", () => {
    const earlier = { path: "cpus[0]", did: "changed", why: "Because.", was: "x", times: 3 } as const;
    expect(inventoryFactOf({ ...message, repairs: [earlier] }).repairs).toEqual([earlier]);
  });

  it("leaves what it was given as it was", () => {
    const content = {
      hardware: { name: " a ", memory: "2 GB", versionclient: "x" },
      softwares: [{ name: "b", install_date: "never" }, { version: "1" }],
      networks: { status: "sideways", mac: "00:1A" },
      network_ports: [{ ifstatus: 99, ifname: "a" }],
    };
    const before = structuredClone(content);
    inventoryFactOf({ ...message, content });
    expect(content).toEqual(before);
  });

  it("takes hostile names of keys, and nothing comes of them", () => {
    const content = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"a":1},"toString":"x","hardware":{"__proto__":{"name":"evil"},"constructor":"y"},"softwares":[{"name":"a","__proto__":"z"}],"a\\u0000b":{"c\\u0000d":"e\\u0000f"},"":{"a":1},"\\ud800":"\\udfff"}',
    ) as Record<string, unknown>;
    const fact = inventoryFactOf({ ...message, content });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(fact.name).toBe("web01");
    expect(fact.sections.get("__proto__")?.content).toEqual({ polluted: 1 });
    expect(fact.sections.get("ab")?.content).toEqual({ cd: "ef" });
    expect(JSON.stringify(contentOf(fact))).not.toMatch(/\\u0000|\\ud800/);
  });

  it("cuts off what is too deep or too large, and says so", () => {
    let deep: unknown = "x";
    for (let i = 0; i < 20_000; i++) deep = [deep];
    const fact = inventoryFactOf({
      ...message,
      content: {
        odd: deep,
        many: Array.from({ length: 6000 }, () => 1),
        hardware: { name: deep, other: deep, description: "x".repeat(70_000) },
        cpus: [Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field-${i}`, "x"]))],
        softwares: deep,
        versionprovider: { a: deep },
      },
    });
    const [cpu] = [fact.sections.get("cpus")?.content].flat();
    expect(Object.keys(cpu ?? {})).toHaveLength(200);
    expect([...fact.sections.keys()].sort()).toEqual([
      "cpus",
      "hardware",
      "softwares",
      "versionclient",
      "versionprovider",
    ]);
    expect(fact.sections.get("hardware")?.content).toEqual({});
    expect(fact.repairs.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "odd",
        "many",
        "hardware.name",
        "hardware.other",
        "hardware.description",
        "softwares[0]",
      ]),
    );
  });

  it("never fails on what JSON can hold, and what comes out fits the schema", () => {
    const leaf = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom("N/A", "2 GB", "12.5", "25/04/2013", "up", -1),
    );
    const field = fc.constantFrom(
      ...["name", "version", "status", "mac", "free", "ips", "type", "install_date", "timezone", "__proto__", "pid"],
    );
    const entry = fc.dictionary(field, leaf);
    const section = fc.constantFrom(
      ...["softwares", "networks", "processes", "hardware", "operatingsystem", "network_ports", "network_device"],
      ...["versionprovider", "virtualmachines", "batteries", "unknown", "__proto__", "firewall", "versionclient"],
    );
    const content = fc.dictionary(section, fc.oneof(entry, fc.array(entry), leaf));
    fc.assert(
      fc.property(content, (made) => {
        const fact = inventoryFactOf({ ...message, content: made });
        expect(misfitsOf(contentOf(fact))).toEqual([]);
        // What was put right is right.
        const again = inventoryFactOf({ ...message, content: contentOf(fact) });
        expect(contentOf(again)).toEqual(contentOf(fact));
        expect(again.repairs).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it("throws nothing but our own errors", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (deviceId, itemType, content) => {
        try {
          inventoryFactOf({ ...message, deviceId, itemType, content } as never);
        } catch (error) {
          expect(error).toBeInstanceOf(GatehouseError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** What is put right in them, and rightly: all else is taken as it stands. */
const repaired: Readonly<Record<string, readonly string[]>> = {
  "captured/ocsinventory-2.10-full.converted.json": [
    ...["local_groups[1].id_group", "local_users[1].id_user"],
    ...["networks[3].ipaddress", "softwares[0].architecture", "softwares[0].install_date"],
  ],
  // Its 54 is no month and no day.
  "inventory_format/examples/phone_1.json": ["operatingsystem.boot_time"],
};

describe.skipIf(noMessages)("messages of real agents, and the public examples", () => {
  it.each([...messages].map(([name, message]) => ({ name, message })))("$name", ({ name, message }) => {
    const before = structuredClone(message);
    const fact = factOf(message);
    expect(message).toEqual(before);
    expect(fact.repairs.map(({ path }) => path).sort()).toEqual(repaired[name] ?? []);
    const content = contentOf(fact);
    expect(misfitsOf(content)).toEqual([]);
    for (const [section, list] of Object.entries(message.content))
      if (Array.isArray(list)) expect(content[section], section).toHaveLength(list.length);
    for (const [section, { content: form, exact, quiet }] of fact.sections) {
      expect(inventoryRules.seal(section, form)).toEqual({ content: form, exact, quiet });
      expect(inventoryRules.changes(section, form, form)).toEqual([]);
    }
  });

  it("a full inventory of GLPI Agent has all that it said", () => {
    const fact = factOf(said("captured/glpi-agent-1.12-full.json"));
    expect(fact).toMatchObject({ name: "lab-host", versionClient: "GLPI-Agent_v1.12-dev", scope: "full" });
    expect(fact.sections.size).toBe(17);
    expect(fact.sections.get("softwares")?.content).toHaveLength(1042);
    expect(inventoryRules.searchable("softwares", fact.sections.get("softwares")?.content)).toHaveLength(1042);
  });

  it("an inventory in XML says the same as in JSON", () => {
    const [json, xml] = ["", ".converted"].map((form) => factOf(said(`captured/glpi-agent-1.12-full${form}.json`)));
    for (const section of ["cpus", "storages", "local_groups", "controllers", "drives", "networks", "hardware"])
      expect(xml?.sections.get(section)?.quiet, section).toBe(json?.sections.get(section)?.quiet);
  });

  it("two runs of one machine that nobody touched are the same", () => {
    const [first] = recordedInventories("glpi-second-run-1");
    const [second] = recordedInventories("glpi-second-run-2");
    if (first === undefined || second === undefined) throw new Error("the recordings have no inventory");
    const [full, part] = [factOf(first), factOf(second)];
    expect([full.scope, part.scope]).toEqual(["full", "partial"]);
    const changed = [...part.sections]
      .filter(([section, { quiet }]) => full.sections.get(section)?.quiet !== quiet)
      .map(([section]) => section);
    expect(changed).toEqual([]);
    const other = [...part.sections].filter(([section, { exact }]) => full.sections.get(section)?.exact !== exact);
    expect(other.map(([section]) => section)).toContain("processes");
  });

  it("two full runs of one machine differ in nothing that lasts", () => {
    const runs = ["glpi-native", "glpi-second-run-1", "glpi-prolog-pending"].flatMap(recordedInventories).map(factOf);
    expect(runs.length).toBeGreaterThan(2);
    const changes = runs
      .slice(1)
      .flatMap((run, i) =>
        [...run.sections].flatMap(([section, { content }]) =>
          inventoryRules.changes(section, runs[i]?.sections.get(section)?.content, content),
        ),
      );
    expect(changes).toEqual([]);
  });

  it.each(["glpi-basic-auth", "fi-basic-auth"])("no password of %s is left", (recording) => {
    const [first] = recordedInventories(recording);
    if (first === undefined) return;
    const args = JSON.stringify(first.content["versionprovider"]);
    expect(args).toMatch(/--password=(?!\*)/);
    expect(JSON.stringify(contentOf(factOf(first)))).not.toMatch(/--password=(?!\*\*\*)/);
  });
});
