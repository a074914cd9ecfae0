import type { JobWork } from "@gatehouse/core/jobs";
import { readXml } from "@gatehouse/http/agent-xml";
import { describe, expect, it } from "vitest";
import { GLPI, ID, message, OCS } from "../dialect.test.helper.js";
import { basic, DEVICE, jobId, restWorld } from "../rest/rest.test.helper.js";

const PROLOG = message("PROLOG", undefined, DEVICE);
const community = (name: string, secret: string) => ({ name, kind: "snmp-community", username: null, secret }) as const;
const proven = { overTls: true, proof: basic };

/** The recorded one: two addresses, two communities. */
const discovery: JobWork = {
  task: "netdiscovery",
  spec: {
    ranges: [{ start: "127.0.0.1", end: "127.0.0.2", port: "1161", protocol: "udp/ipv4" }],
    access: [
      { version: "2c", credential: "switches" },
      { version: "1", credential: "printers" },
    ],
    threads: 2,
    timeout: 2,
  },
};
const inventory: JobWork = {
  task: "netinventory",
  spec: {
    devices: [
      { ip: "127.0.0.1", type: "NETWORKING", port: 1161 },
      { ip: "::1", type: "PRINTER", access: 1, protocol: "udp/ipv6" },
    ],
    access: [
      { version: "2c", credential: "switches" },
      { version: "3", credential: "v3", authProtocol: "sha256", privProtocol: "aes256", privCredential: "v3 privacy" },
    ],
  },
};
const wake: JobWork = {
  task: "wakeonlan",
  spec: { targets: [{ mac: "00:11:22:33:44:55" }, { mac: "00:11:22:33:44:66", ip: "192.0.2.255" }] },
};

function house() {
  const here = restWorld();
  for (const credential of [
    community("switches", "ci\"s<c>o&'\t"),
    community("printers", "printer"),
    { name: "v3", kind: "password", username: "monitor", secret: "authpass" } as const,
    { name: "v3 privacy", kind: "password", username: "monitor", secret: "privpass" } as const,
  ])
    here.credentials.set(credential.name, credential);
  /** The answer to a PROLOG. */
  const ask = async (sent: object = proven, userAgent = "FusionInventory-Agent_v2.6") => {
    const answer = await here.send({ body: PROLOG, headers: { "user-agent": userAgent }, ...sent });
    return answer?.text ?? "";
  };
  return { ...here, ask };
}

/** What a reader of XML makes of an answer's options. */
const optionsIn = (text: string) =>
  readXml(Buffer.from(text))
    .children.filter(({ name }) => name === "OPTION")
    .map(({ children }) => children[0]?.text);

describe("a PROLOG of an agent with work on the network", () => {
  it("is answered with a discovery as it was recorded, its number as PID", async () => {
    const { addJob, ask, jobs } = house();
    addJob(discovery);
    expect(await ask()).toContain(
      '<RESPONSE>SEND</RESPONSE><OPTION><NAME>NETDISCOVERY</NAME><PARAM PID="1" THREADS_DISCOVERY="2" TIMEOUT="2"/>' +
        '<RANGEIP ID="1" ENTITY="0" IPSTART="127.0.0.1" IPEND="127.0.0.2" PORT="1161" PROTOCOL="udp/ipv4"/>' +
        '<AUTHENTICATION ID="1" COMMUNITY="ci&quot;s&lt;c&gt;o&amp;\'&#9;" VERSION="2c"/>' +
        '<AUTHENTICATION ID="2" COMMUNITY="printer" VERSION="1"/></OPTION><PROLOG_FREQ>24</PROLOG_FREQ>',
    );
    expect(jobs[0]?.state).toBe("sent");
  });

  it("is answered with an inventory, each device by its place, with SNMP of version 3", async () => {
    const { addJob, ask } = house();
    addJob(inventory);
    expect(await ask()).toContain(
      '<OPTION><NAME>SNMPQUERY</NAME><PARAM PID="1" THREADS_QUERY="8" TIMEOUT="15"/>' +
        '<DEVICE TYPE="NETWORKING" ID="1" IP="127.0.0.1" PORT="1161" AUTHSNMP_ID="1"/>' +
        '<DEVICE TYPE="PRINTER" ID="2" IP="::1" PROTOCOL="udp/ipv6" AUTHSNMP_ID="2"/>' +
        '<AUTHENTICATION ID="1" COMMUNITY="ci&quot;s&lt;c&gt;o&amp;\'&#9;" VERSION="2c"/>' +
        '<AUTHENTICATION ID="2" VERSION="3" USERNAME="monitor" AUTHPROTOCOL="sha256" AUTHPASSPHRASE="authpass"' +
        ' PRIVPROTOCOL="cfb256-aes-128" PRIVPASSPHRASE="privpass"/></OPTION>',
    );
  });

  it("is answered with machines to switch on, and several jobs of a task one after the other", async () => {
    const { addJob, ask } = house();
    for (const work of [wake, discovery, discovery, inventory]) addJob(work);
    const text = await ask();
    expect(text).toContain(
      '<OPTION><NAME>WAKEONLAN</NAME><PARAM MAC="00:11:22:33:44:55"/><PARAM MAC="00:11:22:33:44:66" IP="192.0.2.255"/></OPTION>',
    );
    expect(optionsIn(text)).toEqual(["NETDISCOVERY", "NETDISCOVERY", "SNMPQUERY", "WAKEONLAN"]);
  });

  it("notes which credentials go out, before they do, and with which jobs", async () => {
    const { addJob, ask, audited } = house();
    for (const work of [wake, discovery, inventory]) addJob(work);
    await ask();
    expect(audited).toEqual([
      {
        ...{ actor: "agent:agent-0", action: "credential.hand-out", subject: "node-0" },
        detail: { credentials: ["switches", "printers", "v3", "v3 privacy"], jobs: [jobId(2), jobId(3)] },
      },
    ]);
  });

  it("is answered without credentials where that cannot be noted", async () => {
    const audit = { record: () => Promise.reject(new Error("no room")) };
    const { addJob, send, credentials } = restWorld({ audit });
    credentials.set("switches", community("switches", "hush"));
    credentials.set("printers", community("printers", "hush"));
    addJob(discovery);
    const answered = send({ body: PROLOG, ...proven });
    expect(JSON.stringify(await answered.catch(String))).not.toContain("hush");
  });

  it.each([
    ["who proves nothing", { overTls: true }],
    ["who comes by plain HTTP", { proof: basic }],
  ])("gives no credentials to %s, and what needs none all the same", async (_, sent) => {
    const { addJob, ask, audited, jobs } = house();
    addJob(discovery);
    addJob(wake);
    addJob({ task: "netdiscovery", spec: { ranges: [{ start: "192.0.2.1", end: "192.0.2.9" }] } });
    const text = await ask(sent);
    expect(optionsIn(text)).toEqual(["NETDISCOVERY", "WAKEONLAN"]);
    expect(text).not.toContain("AUTHENTICATION");
    expect([audited, jobs.map(({ state }) => state)]).toEqual([[], ["prepared", "sent", "sent"]]);
  });

  it("is told of no job whose credential has gone or is another's kind: that has failed", async () => {
    const { addJob, ask, said, credentials, audited } = house();
    addJob(discovery);
    addJob(inventory);
    credentials.delete("printers");
    credentials.set("v3", community("v3", "public"));
    expect(optionsIn(await ask())).toEqual([]);
    expect(said.map(({ end, reason }) => [end, reason])).toEqual([
      ["ko", "The credential printers is not stored any more."],
      ["ko", "The credential v3 is of another kind now: snmp-community."],
    ]);
    expect(audited).toEqual([]);
  });

  it("is for no OCS agent, no host that an agent speaks for, and nobody who is not let in", async () => {
    const { addJob, ask, jobs, agents, send } = house();
    addJob(wake);
    expect(optionsIn(await ask(proven, OCS))).toEqual([]);
    const [agent] = agents;
    if (agent === undefined) throw new Error("nobody is known");
    agents[0] = { ...agent, aliases: [...agent.aliases, { family: "inventory", kind: "agentid", value: ID }] };
    const headers = { "glpi-agent-id": ID, "user-agent": GLPI };
    const ofAnother = await send({ body: message("PROLOG", undefined, "esx01"), headers, ...proven });
    expect(optionsIn(ofAnother?.text ?? "")).toEqual([]);
    expect(jobs[0]?.state).toBe("prepared");
    const held = house();
    held.addJob(wake);
    held.setState(0, "quarantined");
    expect(await held.ask({})).toContain("<RESPONSE>STOP</RESPONSE>");
    expect(held.jobs[0]?.state).toBe("prepared");
  });

  it("has its secrets in no text that an attribute could end, and nothing that XML has no form for", async () => {
    const { addJob, ask } = house();
    addJob({
      task: "netdiscovery",
      spec: { ranges: [{ start: '1"/><EVIL a="', end: "\u0000\ud800\uffff\u0007", entity: "]]>\n" }] },
    });
    const text = await ask();
    expect(text).toContain('IPSTART="1&quot;/&gt;&lt;EVIL a=&quot;" IPEND="\ufffd"');
    expect(optionsIn(text)).toEqual(["NETDISCOVERY"]);
  });

  it("says that the agent is to come when its next job is due, if that is sooner", async () => {
    const { addJob, ask, nextAt } = house();
    addJob(wake);
    for (const [at, hours] of [
      ["2026-11-22T10:30:00Z", 0.5],
      ["2026-11-22T10:00:01Z", 0.0167],
      ["2026-11-22T09:00:00Z", 0.0167],
      ["2026-11-30T10:00:00Z", 24],
    ] as const) {
      nextAt.value = new Date(at);
      expect(await ask()).toContain(`<PROLOG_FREQ>${hours}</PROLOG_FREQ>`);
    }
  });
});
