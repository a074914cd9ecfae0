import type { JobWork } from "@gatehouse/core/jobs";
import { describe, expect, it } from "vitest";
import { message, OCS } from "./dialect.test.helper.js";
import { DEVICE, OTHER, restWorld } from "./rest/rest.test.helper.js";

const discovery: JobWork = { task: "netdiscovery", spec: { ranges: [{ start: "192.0.2.1", end: "192.0.2.9" }] } };
const inventory: JobWork = {
  task: "netinventory",
  spec: {
    devices: [
      { ip: "192.0.2.1", type: "NETWORKING" },
      { ip: "192.0.2.2", type: "PRINTER" },
    ],
    access: [{ version: "2c", credential: "switches" }],
  },
};
const FI = "<MODULEVERSION>4.2</MODULEVERSION>";
const GLPI = "<MODULEVERSION>6.4</MODULEVERSION>";
const NUMBER = "<PROCESSNUMBER>1</PROCESSNUMBER>";
const START = `<AGENT><AGENTVERSION>2.6-3</AGENTVERSION><START>1</START></AGENT>${FI}${NUMBER}`;
const END = "<AGENT><END>1</END></AGENT>";
const device = (id: number) =>
  `<DEVICE><INFO><ID>${id}</ID><NAME>sw${id}</NAME><TYPE>NETWORKING</TYPE></INFO></DEVICE>`;
const broken = (id: number) =>
  `<DEVICE><ERROR><ID>${id}</ID><TYPE>PRINTER</TYPE><MESSAGE>no response</MESSAGE></ERROR></DEVICE>`;

function house(work: JobWork, state: "sent" | "prepared" | "cancelled" = "sent") {
  const here = restWorld();
  const job = here.addJob(work, { state });
  const query = work.task === "netdiscovery" ? "NETDISCOVERY" : "SNMPQUERY";
  return {
    ...here,
    job,
    /** What the agent says of its task, one message after the other. */
    async tell(contents: readonly string[], deviceId = DEVICE, userAgent = "FusionInventory-Agent_v2.6-3") {
      const answers = [];
      for (const content of contents)
        answers.push(
          await here.send({ body: message(query, content, deviceId), headers: { "user-agent": userAgent } }),
        );
      return answers.map((answer) => answer?.status);
    },
    lines: () => here.said.map(({ about, status, message: text, end }) => [about, status, text, end]),
  };
}

describe("a discovery", () => {
  it("runs from its first word, tells of each host, and has ended with its first end", async () => {
    const { tell, lines, job, said, accepted } = house(discovery);
    const found = (ip: string) => `<DEVICE><IP>${ip}</IP><DNSHOSTNAME>x</DNSHOSTNAME></DEVICE>${FI}${NUMBER}`;
    await tell([START]);
    expect(job.state).toBe("running");
    const contents = [
      `<AGENT><NBIP>9</NBIP></AGENT>${NUMBER}`,
      found("192.0.2.1"),
      found("192.0.2.2"),
      found("192.0.2.1"),
    ];
    expect(await tell([...contents, `${END}${FI}${NUMBER}`, `${END}${FI}${NUMBER}`])).toEqual(Array(6).fill(200));
    expect(lines()).toEqual([
      [null, null, "Started by version 2.6-3.", undefined],
      [null, null, "Looks at 9 addresses.", undefined],
      ["device 192.0.2.1", "ok", null, undefined],
      ["device 192.0.2.2", "ok", null, undefined],
      ["device 192.0.2.1", "ok", null, undefined],
      [null, "ok", "2 hosts found.", "ok"],
    ]);
    expect([job.state, said.at(-1)?.reason]).toEqual(["ok", "2 hosts found."]);
    // What was found is handed in all the same.
    expect(accepted).toHaveLength(3);
  });

  it("that found nothing has ended well, and one that broke off has not", async () => {
    const none = house(discovery);
    await none.tell([START, `${END}${FI}${NUMBER}`]);
    expect(none.said.at(-1)).toMatchObject({ end: "ok", reason: "0 hosts found." });
    const left = house(discovery);
    await left.tell([START, `<AGENT><EXIT>1</EXIT></AGENT>${FI}${NUMBER}`, `${END}${FI}${NUMBER}`]);
    expect(left.said.at(-1)).toMatchObject({ end: "ko", reason: "The agent broke it off." });
  });
});

describe("an inventory", () => {
  it("of a FusionInventory agent has ended with its end, also where nothing was said of a device", async () => {
    const { tell, job, said } = house(inventory);
    await tell([START, `${device(1)}${FI}${NUMBER}`]);
    expect(job.state).toBe("running");
    await tell([`${END}${FI}${NUMBER}`, `${END}${FI}${NUMBER}`]);
    expect(said.at(-1)).toMatchObject({
      end: "ok",
      reason: "1 of 2 devices looked at, of 1 nothing was said.",
    });
  });

  it("of a GLPI agent goes on after the end of each device, and has ended with the last", async () => {
    const { tell, job, said } = house(inventory);
    const end = `${END}${GLPI}${NUMBER}`;
    await tell([START, `${device(2)}${GLPI}${NUMBER}`, end, end, `${device(2)}${GLPI}${NUMBER}`, end]);
    expect(job.state).toBe("running");
    await tell([`${broken(1)}${GLPI}${NUMBER}`, end, end]);
    expect(said.at(-1)).toMatchObject({ end: "ok", reason: "1 of 2 devices looked at, 1 failed." });
    expect(said.filter(({ about }) => about === "device 1, 192.0.2.1")).toMatchObject([
      { status: "ko", message: "no response" },
    ]);
  });

  it("has failed where all devices did, and goes by those of the job alone", async () => {
    const { tell, job, said } = house(inventory);
    await tell([7, 0, 3].map((id) => `${device(id)}${GLPI}${NUMBER}`));
    await tell([`<DEVICE><INFO><ID>__proto__</ID><NAME>x</NAME></INFO></DEVICE>${NUMBER}`, `${END}${NUMBER}`]);
    expect([job.state, said.map(({ about }) => about)]).toEqual([
      "running",
      ["other 7", "other 0", "other 3", "other __proto__"],
    ]);
    await tell([`${broken(1)}${broken(2)}${GLPI}${NUMBER}`]);
    expect(said.at(-1)).toMatchObject({ end: "ko", reason: "0 of 2 devices looked at, 2 failed." });
  });

  it("is told of many devices in one message, whatever they are made of", async () => {
    const { tell, said } = house(inventory);
    const ports = `<PORTS>${"<PORT><IFNAME>x</IFNAME><ID>9</ID></PORT>".repeat(300)}</PORTS>`;
    const wide = (id: number) => device(id).replace("</INFO>", `<ID><ID>5</ID></ID></INFO>${ports}`);
    const first = wide(1).replace("<ID><ID>5</ID></ID>", "");
    await tell([`${first}${first}${NUMBER}`]);
    expect(said.map(({ about }) => about)).toEqual(["device 1, 192.0.2.1", "device 1, 192.0.2.1"]);
  });
});

describe("what says nothing of a job", () => {
  it.each([
    ["no number", `${END}${FI}`],
    ["another's number", `${END}${FI}<PROCESSNUMBER>2</PROCESSNUMBER>`],
    ["what is no number", `${END}${FI}<PROCESSNUMBER>1 or 1=1</PROCESSNUMBER>`],
    ["a number beyond all", `${END}${FI}<PROCESSNUMBER>${"9".repeat(30)}</PROCESSNUMBER>`],
    ["a tree for a number", `${END}${FI}<PROCESSNUMBER><A>1</A></PROCESSNUMBER>`],
  ])("%s", async (_, content) => {
    const { tell, addJob, said } = house(discovery);
    addJob(discovery, { agent: 1, state: "sent" });
    expect(await tell([content])).toEqual([200]);
    expect(said).toEqual([]);
  });

  it.each(["prepared", "cancelled"] as const)("a job that is %s", async (state) => {
    const { tell, said } = house(discovery, state);
    expect(await tell([START, `${END}${FI}${NUMBER}`])).toEqual([200, 200]);
    expect(said).toEqual([]);
  });

  it("another agent, one of OCS, one that nobody let in, and a message of another task", async () => {
    const { tell, said, send, setState } = house(inventory);
    await tell([START], OTHER);
    await tell([START], "nobody");
    await tell([START], DEVICE, OCS);
    await send({ body: message("NETDISCOVERY", START, DEVICE) });
    setState(0, "quarantined");
    await tell([START]);
    expect(said).toEqual([]);
  });
});
