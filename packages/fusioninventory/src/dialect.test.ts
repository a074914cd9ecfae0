import { deflateSync } from "node:zlib";
import { GatehouseError } from "@gatehouse/core/errors";
import { agentIdAlias, deviceIdAlias, enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it } from "vitest";
import { FUSION, GLPI, ID, message, OCS, world, xml } from "./dialect.test.helper.js";

const DEVICE = "web01-2024-02-29-12-00-00";
const PROLOG = message("PROLOG", undefined);
const HARDWARE = "<HARDWARE><NAME>web01</NAME><UUID>4c4c4544-0042-3510-8054-b7c04f4e3132</UUID></HARDWARE>";
const CONTENT = `${HARDWARE}<BIOS><SSN>7BT5NN2</SSN></BIOS><NETWORKS><MACADDR>52:54:00:12:34:56</MACADDR></NETWORKS>`;
const INVENTORY = message("INVENTORY", `${CONTENT}<VERSIONCLIENT>FusionInventory-Agent_v2.6-3</VERSIONCLIENT>`);
const DEVICE_FOUND = "<DEVICE><IP>192.0.2.9</IP></DEVICE>";
const from = (userAgent: string, more: Readonly<Record<string, string>> = {}) => ({ "user-agent": userAgent, ...more });
const TAGGED = "<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>paris</KEYVALUE></ACCOUNTINFO>";

describe("a PROLOG", () => {
  it("asks for an inventory, and makes nobody known whose machine is not", async () => {
    const { send, agents, accepted } = world();
    const answer = await send({ body: PROLOG, headers: from(FUSION) });
    expect(answer).toEqual({
      ...{ status: 200, syntax: "xml" },
      text: '<?xml version="1.0" encoding="UTF-8"?>\n<REPLY><RESPONSE>SEND</RESPONSE><PROLOG_FREQ>24</PROLOG_FREQ></REPLY>',
    });
    expect([agents, accepted]).toEqual([[], []]);
  });

  it("of a known agent changes nothing, until its version does", async () => {
    const { send, agents, enrolments, touched } = world();
    await send({ body: message("INVENTORY", CONTENT), headers: from(FUSION) });
    for (const version of ["2.6-3", "2.6-4", "2.6-4"])
      await send({ body: PROLOG, headers: from(`FusionInventory-Agent_v${version}`) });
    expect([agents.length, enrolments.length, touched.length]).toEqual([1, 2, 4]);
    expect(agents[0]?.attributes).toEqual({
      from: "192.0.2.7",
      deviceId: DEVICE,
      program: "FusionInventory-Agent",
      version: "2.6-4",
    });
  });

  it.each([
    ["30m", FUSION, "0.5"],
    ["7d", FUSION, "168"],
    ["1s", FUSION, "0.0003"],
    ["30m", OCS, "1"],
    ["36h", OCS, "36"],
    ["tomorrow", FUSION, "24"],
    [undefined, FUSION, "24"],
  ])("is answered with when to come again: %s for %s", async (expiration, userAgent, hours) => {
    const { send, setSettings } = world();
    await send({ body: INVENTORY, headers: from(userAgent) });
    setSettings(0, expiration === undefined ? {} : { "glpi.expiration": expiration });
    const answer = await send({ body: PROLOG, headers: from(userAgent) });
    expect(answer?.text).toContain(`<PROLOG_FREQ>${hours}</PROLOG_FREQ>`);
  });

  it("without an id, of an agent that has one, is that agent's", async () => {
    const { send, agents, enrol, enrolments } = world();
    enrol(enrolmentOf({ agentId: ID, deviceId: DEVICE, name: "GLPI-Agent", version: "1.12" }));
    const answer = await send({ body: PROLOG, headers: from("GLPI-Agent_v1.13") });
    expect(answer?.text).toContain("SEND");
    expect([agents.length, enrolments.length]).toEqual([1, 1]);
  });
});

describe("an inventory", () => {
  it("is accepted as it came, and answered with what is no empty text", async () => {
    const { send, accepted, agents } = world();
    const body = deflateSync(INVENTORY);
    const headers = from(FUSION, { "content-type": "application/x-compress-zlib" });
    expect((await send({ body, headers }))?.text).toMatch(/<REPLY><\/REPLY>$/);
    expect(accepted).toEqual([
      {
        ...{ agentId: "agent-0", kind: "fusioninventory.message", body },
        context: {
          ...{ deviceId: DEVICE, of: "unsure", userAgent: FUSION },
          contentType: "application/x-compress-zlib",
        },
      },
    ]);
    expect(agents[0]?.attributes["program"]).toBe("FusionInventory-Agent");
  });

  it("of OCS leaves its tag as it is", async () => {
    const { send, agents } = world();
    const answer = await send({ body: message("INVENTORY", CONTENT), headers: from(OCS) });
    expect(answer?.text).toContain("<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>");
    expect(agents[0]?.attributes).toMatchObject({ program: "OCS-NG_unified_unix_agent", version: "2.10.0" });
  });

  it("of a new agent says which machine it is on", async () => {
    const { send, enrolments } = world();
    await send({ body: message("INVENTORY", `${TAGGED}${CONTENT}`), headers: from(FUSION) });
    expect(enrolments[0]?.evidence).toEqual(
      expect.arrayContaining([
        { kind: "uuid", value: "4c4c4544-0042-3510-8054-b7c04f4e3132" },
        { kind: "serial", value: "7BT5NN2" },
        { kind: "mac", value: "52:54:00:12:34:56" },
        { kind: "address", value: "192.0.2.7", proof: "observed" },
      ]),
    );
    expect(enrolments[0]?.traits?.tags).toEqual(["paris"]);
  });

  it("with cards without end is known by the first of them, and by all else that it says", async () => {
    const { send, enrolments, accepted } = world();
    const card = (i: number) =>
      `<NETWORKS><MACADDR>52:54:00:12:${(i >> 8).toString(16)}:${i & 255}</MACADDR></NETWORKS>`;
    const cards = Array.from({ length: 15_000 }, (_, i) => card(i)).join("");
    await send({ body: message("INVENTORY", `${cards}${HARDWARE}`), headers: from(FUSION) });
    const evidence = enrolments[0]?.evidence ?? [];
    expect([evidence.filter(({ kind }) => kind === "mac").length, accepted.length]).toEqual([64, 1]);
    expect(evidence.filter(({ kind }) => kind === "uuid")).toHaveLength(1);
  });

  it("tells a known agent's new tag, and no other machine's evidence with it", async () => {
    const { send, agents, enrolments } = world();
    await send({ body: INVENTORY, headers: from(FUSION) });
    for (let i = 0; i < 2; i++)
      await send({ body: message("INVENTORY", `${TAGGED}${CONTENT}`), headers: from(FUSION) });
    expect([agents.length, enrolments.length]).toEqual([1, 2]);
    expect(agents[0]?.attributes["tag"]).toBe("paris");
    expect(enrolments[1]?.evidence.filter(({ kind }) => kind === "serial")).toEqual([]);
  });

  it("with an id is of that agent, whatever the case of the id", async () => {
    const { send, agents, accepted, enrolments } = world();
    await send({ body: INVENTORY, headers: from(GLPI, { "glpi-agent-id": ID.toUpperCase() }) });
    await send({ body: INVENTORY, headers: from(GLPI, { "glpi-agent-id": ID }) });
    await send({ body: INVENTORY, headers: from(GLPI) });
    expect(agents).toHaveLength(1);
    expect(enrolments[0]).toMatchObject({ alias: agentIdAlias(ID), otherAliases: [deviceIdAlias(DEVICE)] });
    expect(accepted.map(({ context }) => context?.["of"])).toEqual(["unsure", "unsure", "unsure"]);
  });

  it("under another name than the agent's own is of a machine that it looked at", async () => {
    const { send, agents, accepted } = world();
    const headers = from(GLPI, { "glpi-agent-id": ID });
    await send({ body: INVENTORY, headers });
    await send({ body: message("INVENTORY", CONTENT, "esx1-2026-11-20-19-50-27"), headers });
    expect(agents).toHaveLength(1);
    expect(accepted.map(({ context }) => [context?.["deviceId"], context?.["of"]])).toEqual([
      [DEVICE, "unsure"],
      ["esx1-2026-11-20-19-50-27", "collected"],
    ]);
  });

  it("of the ESX task, whose id is cut off, is of the agent whose id begins so", async () => {
    const { send, agents, accepted } = world();
    await send({ body: INVENTORY, headers: from(GLPI, { "glpi-agent-id": "e72a798f-e51b-11f1-9f32-aaea530464d7" }) });
    const cut = from(GLPI, { "glpi-agent-id": "65373261-3739-3866-2d65-3531622d3131" });
    await send({ body: message("INVENTORY", CONTENT, "esx1-2026-11-20-19-50-27"), headers: cut });
    expect([agents.length, accepted[1]?.agentId, accepted[1]?.context?.["of"]]).toEqual([1, "agent-0", "collected"]);
  });

  it("with an id that is none is known by its deviceid", async () => {
    const { send, enrolments } = world();
    await send({ body: INVENTORY, headers: from(GLPI, { "glpi-agent-id": "x" }) });
    expect(enrolments[0]?.alias).toEqual(deviceIdAlias(DEVICE));
  });

  it("without a QUERY is one all the same", async () => {
    const { send, accepted } = world();
    await send({ body: message(undefined, CONTENT) });
    expect(accepted).toHaveLength(1);
  });

  it("that is large is looked through, and worked on, by threads", async () => {
    const { send, accepted, tasks } = world();
    const software = "<SOFTWARES><NAME>openssl</NAME></SOFTWARES>";
    for (const times of [4_000, 8_000, 40_000])
      await send({ body: message("INVENTORY", HARDWARE + software.repeat(times)), headers: from(FUSION) });
    const large = "fusioninventory.message.large";
    expect(accepted.map(({ kind }) => kind)).toEqual(["fusioninventory.message", large, large]);
    expect(tasks).toEqual(["fusioninventory.message.check"]);
  });

  it("is stored also where there is no place for it: nobody sends it again", async () => {
    const { send, accepted } = world({ admission: { tryEnter: () => false, leave: () => expect.unreachable() } });
    expect(await send({ body: INVENTORY, headers: from(FUSION) })).toMatchObject({ status: 200 });
    expect(accepted).toHaveLength(1);
  });

  it("that could not be stored is not answered as if it were", async () => {
    const down = new GatehouseError("database-unavailable", "PostgreSQL cannot be reached.");
    const { send } = world({ submissions: { accept: () => Promise.reject(down) } });
    expect(await send({ body: INVENTORY, headers: from(FUSION) })).toMatchObject({ status: 503 });
  });
});

describe("a message of a task on the network", () => {
  it.each(["NETDISCOVERY", "SNMPQUERY", "SNMP", undefined])("with a device is accepted: %s", async (query) => {
    const { send, accepted } = world();
    expect((await send({ body: message(query, DEVICE_FOUND), headers: from(FUSION) }))?.text).toContain(
      "<REPLY></REPLY>",
    );
    expect(accepted).toHaveLength(1);
  });

  it.each(["<AGENT><START>1</START></AGENT>", "<AGENT><NBIP>2</NBIP></AGENT>", "<AGENT><END>1</END></AGENT>"])(
    "about its progress is answered and not stored: %s",
    async (content) => {
      const { send, accepted, touched } = world();
      await send({ body: INVENTORY, headers: from(FUSION) });
      const answer = await send({ body: message("SNMPQUERY", content), headers: from(FUSION) });
      expect([answer?.status, answer?.text.includes("<REPLY>"), accepted.length]).toEqual([200, true, 1]);
      expect(touched).toHaveLength(2);
    },
  );
});

describe("what OCS offers and nobody here does", () => {
  it.each(["DOWNLOAD", "NOTIFY", "UPDATE", "SNMP", "SOMETHING"])("is answered with nothing: %s", async (query) => {
    const { send, accepted, agents } = world();
    const answer = await send({ body: message(query, DEVICE_FOUND), headers: from(OCS) });
    expect([answer?.status, answer?.text.endsWith("<REPLY></REPLY>")]).toEqual([200, true]);
    expect([accepted, agents]).toEqual([[], []]);
  });
});

describe("an agent whose node is deactivated", () => {
  it.each([PROLOG, INVENTORY, message("NETDISCOVERY", DEVICE_FOUND), message("DOWNLOAD", "")])(
    "is refused",
    async (body) => {
      const { send, setState, accepted, touched } = world();
      await send({ body: INVENTORY, headers: from(FUSION) });
      setState(0, "deactivated");
      const answer = await send({ body, headers: from(FUSION) });
      expect(answer).toMatchObject({ status: 403, syntax: "xml" });
      expect(answer?.text).toContain("<REPLY><ERROR>");
      expect([accepted.length, touched.length]).toEqual([1, 1]);
    },
  );
});

describe("what is wrong with a message", () => {
  it.each([
    ["not well formed", xml("<DEVICEID>a"), 400],
    ["nothing said", xml(""), 400],
    ["no deviceid", xml("<QUERY>PROLOG</QUERY>"), 400],
    ["a blank deviceid", message("PROLOG", undefined, " "), 400],
    ["a long deviceid", message("PROLOG", undefined, "x".repeat(256)), 400],
    ["a deviceid with elements", message("PROLOG", undefined, "<A>web01</A>"), 400],
    ["an inventory without a CONTENT", message("INVENTORY", undefined), 400],
    ["a discovery without a CONTENT", message("NETDISCOVERY", undefined), 400],
    ["a DOCTYPE", `<!DOCTYPE a [<!ENTITY b "c">]>${message("PROLOG", undefined)}`, 400],
    ["an entity", message("PROLOG", undefined, "&web01;"), 400],
    ["a page", "<html><body>502 Bad Gateway<br></body></html>", 400],
    ["UTF-16", Buffer.from(message("PROLOG", undefined), "utf16le"), 400],
    ["deep nesting", message("INVENTORY", `${"<A>".repeat(99)}${"</A>".repeat(99)}`), 413],
    ["a huge attribute", message("INVENTORY", `<A b="${"x".repeat(1 << 21)}"/>`), 413],
    ["a huge text", message("INVENTORY", `<A>${"x".repeat(1 << 21)}</A>`), 413],
    ["devices without end", message("NETDISCOVERY", DEVICE_FOUND.repeat(201)), 413],
    ["too many elements", message("INVENTORY", "<A/>".repeat(600_000)), 413],
  ])("is said: %s", async (_, body, status) => {
    const { send, accepted, enrolments } = world();
    const answer = await send({ body, headers: from(FUSION) });
    expect(answer).toMatchObject({ status, syntax: "xml" });
    expect(answer?.text).toMatch(/^<\?xml [^>]*>\n<REPLY><ERROR>[^<]+<\/ERROR><\/REPLY>\n?$/);
    expect([accepted, enrolments]).toEqual([[], []]);
  });

  it("is written so that it can be read", async () => {
    const { dialect, messageOf } = world();
    const sent = await messageOf({ body: PROLOG });
    const error = new GatehouseError("request-malformed", `<b>&\u0000\ud800${"x".repeat(300)}`);
    const answer = dialect.renderError(error, sent, sent.body);
    expect(answer?.text).toMatch(/<ERROR>&lt;b&gt;&amp;[^<&\p{Cc}\p{Cs}]{200,250}<\/ERROR>/u);
  });

  it("is another's where it is no XML", async () => {
    const { send, dialect, messageOf } = world();
    expect(await send({ body: "{}" })).toBeUndefined();
    expect(await send({})).toBeUndefined();
    const sent = await messageOf({ body: "{}" });
    expect(dialect.renderError(new GatehouseError("not-found", "x"), sent, sent.body)).toBeUndefined();
  });
});
