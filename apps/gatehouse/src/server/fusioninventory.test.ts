import http from "node:http";
import { deflateSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
beforeAll(() => house.gateway.work.start());
afterAll(() => house.gateway.work.stop());

/** A request as the agents make it: zlib, no Accept. */
function say(userAgent: string, path: string, message?: string) {
  const headers = { "User-Agent": userAgent, "Content-Type": "application/x-compress-zlib" };
  return new Promise<{ status: number; type: string | undefined; text: string }>((resolve, reject) => {
    const options = { port: house.port, host: "127.0.0.1", path, headers, agent: false };
    const request = http.request({ ...options, method: message === undefined ? "GET" : "POST" });
    request.on("error", reject).on("response", async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const type = response.headers["content-type"];
      const text = type?.includes("zlib") ? inflateSync(body).toString() : body.toString();
      resolve({ status: response.statusCode ?? 0, type, text });
    });
    request.end(message === undefined ? undefined : deflateSync(message));
  });
}

const message = (deviceId: string, query: string, content = "") =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>${content === "" ? "" : `<CONTENT>${content}</CONTENT>`}<DEVICEID>${deviceId}</DEVICEID><QUERY>${query}</QUERY></REQUEST>\n`;

const stored = (name: string) =>
  house.db.run<{ section: string }>(
    "select s.name as section from inventory_sections s join inventories i on i.id = s.inventory_id join nodes n on n.id = i.node_id where n.name = $1 order by 1",
    [name],
  );

describe.each([
  ["FusionInventory-Agent_v2.6-3", "/plugins/fusioninventory/", "fi01", "<REPLY></REPLY>"],
  ["OCS-NG_unified_unix_agent_v2.10.0", "/ocsinventory", "ocs01", "<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>"],
])("an agent that speaks XML: %s", (userAgent, path, name, answer) => {
  it("is asked for its inventory, which is its node's", async () => {
    const deviceId = `${name}-2024-02-29-12-00-00`;
    const prolog = await say(userAgent, path, message(deviceId, "PROLOG"));
    expect(prolog).toMatchObject({ status: 200, type: "application/x-compress-zlib" });
    expect(prolog.text).toContain("<RESPONSE>SEND</RESPONSE><PROLOG_FREQ>24</PROLOG_FREQ>");
    const content = `<HARDWARE><NAME>${name}</NAME></HARDWARE><BIOS><SSN>SN-${name}</SSN></BIOS><SOFTWARES><NAME>openssl</NAME></SOFTWARES>`;
    const handedIn = await say(userAgent, path, message(deviceId, "INVENTORY", content));
    expect([handedIn.status, handedIn.text]).toEqual([200, expect.stringContaining(answer)]);
    await house.gateway.work.idle();
    const [node] = await house.gateway.registry.find(name);
    expect(node?.evidence).toContainEqual(expect.objectContaining({ kind: "serial", value: `SN-${name}` }));
    const sections = (await stored(name)).map(({ section }) => section);
    expect(sections).toEqual(["bios", "hardware", "softwares", "versionclient"]);
  });
});

describe("a FusionInventory agent", () => {
  const userAgent = "FusionInventory-Agent_v2.6-3";
  const path = "/plugins/fusioninventory/";
  const machine = (name: string, uuid: string) =>
    `<HARDWARE><NAME>${name}</NAME><UUID>${uuid}</UUID></HARDWARE><BIOS><SSN>SN-${name}</SSN></BIOS>`;

  it("has a large inventory processed by a thread", async () => {
    const softwares = Array.from(
      { length: 5000 },
      (_, i) => `<SOFTWARES><NAME>package-${i}</NAME><VERSION>${i * 7919}</VERSION></SOFTWARES>`,
    );
    const large = machine("large01", "4c4c4544-0042-3510-8054-b7c04f4e3101") + softwares.join("");
    const answer = await say(userAgent, path, message("large01-2024-02-29-12-00-00", "INVENTORY", large));
    expect(answer.status).toBe(200);
    await house.gateway.work.idle();
    expect((await stored("large01")).map(({ section }) => section)).toContain("softwares");
  });

  it("that sends a host which it looked at under its own name has that beside its own", async () => {
    const deviceId = "collector-2024-02-29-12-00-00";
    const own = machine("collector", "4c4c4544-0042-3510-8054-b7c04f4e3102");
    const esx = machine("esx1", "4c4c4544-0042-3510-8054-b7c04f4e3103");
    for (const content of [own, esx, own]) await say(userAgent, path, message(deviceId, "INVENTORY", content));
    await house.gateway.work.idle();
    const [host] = await house.gateway.registry.find("esx1");
    const [collector] = await house.gateway.registry.find("collector");
    expect([host?.agents.length, collector?.agents.length]).toEqual([0, 1]);
    expect(collector?.evidence.filter(({ kind }) => kind === "serial")).toEqual([
      expect.objectContaining({ value: "SN-collector" }),
    ]);
  });
});

describe("what an agent finds on the network", () => {
  const found = (name: string, number: number) =>
    `<DEVICE><DNSHOSTNAME>${name}</DNSHOSTNAME><IP>192.0.2.${number}</IP><MAC>00:16:c7:02:6e:0${number}</MAC><TYPE>NETWORKING</TYPE></DEVICE>`;
  const tell = (query: string, content: string) =>
    say(
      "FusionInventory-Agent_v2.6-3",
      "/plugins/fusioninventory/",
      message("finder-2024-02-29-12-00-00", query, content),
    );

  it("is a node each, and none of it the agent's", async () => {
    await tell("PROLOG", "");
    await tell("NETDISCOVERY", found("sw1", 1) + found("sw2", 2));
    await tell("NETDISCOVERY", "<DEVICE><IP>192.0.2.3</IP></DEVICE>");
    await tell("NETDISCOVERY", "<DEVICE><IP>192.0.2.4</IP></DEVICE>");
    // Found again, and looked into: the same one.
    const info = "<INFO><NAME>sw1</NAME><MAC>00:16:c7:02:6e:01</MAC><TYPE>NETWORKING</TYPE></INFO>";
    await tell("SNMPQUERY", `<DEVICE>${info}<PORTS><PORT><IFNUMBER>1</IFNUMBER></PORT></PORTS></DEVICE>`);
    await tell("SNMPQUERY", "<AGENT><END>1</END></AGENT>");
    await house.gateway.work.idle();
    for (const name of ["sw1", "sw2", "192.0.2.3", "192.0.2.4"])
      expect([name, (await house.gateway.registry.find(name)).map(({ agents }) => agents)]).toEqual([name, [[]]]);
    expect((await stored("sw1")).map(({ section }) => section)).toEqual(
      expect.arrayContaining(["network_device", "network_ports"]),
    );
    expect(await stored("finder")).toEqual([]);
  });
});

describe("FusionInventory REST", () => {
  it("is answered in plain JSON that there is nothing to do", async () => {
    const asked = "?action=getConfig&task%5BESX%5D=2.6&machineid=fi01-2024-02-29-12-00-00";
    const answer = await say("FusionInventory-Agent_v2.6-3", `/plugins/fusioninventory/${asked}`);
    expect(answer).toEqual({
      ...{ status: 200, type: "application/json" },
      text: '{"configValidityPeriod":600,"schedule":[]}',
    });
  });

  it.each([
    ["getJobs", 400],
    ["wait", 404],
    ["getCertificate", 405],
    ["x", 400],
  ])("says what it does not do: %s", async (action, status) => {
    const answer = await say("FusionInventory-Agent_v2.6-3", `/plugins/fusioninventory/?action=${action}&machineid=x`);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      status,
      { status: "error", message: expect.stringMatching(/\.$/) },
    ]);
  });
});
