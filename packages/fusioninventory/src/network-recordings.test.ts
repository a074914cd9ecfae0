import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JobWork } from "@gatehouse/core/jobs";
import { decodeAgentBodySync } from "@gatehouse/http/agent-body";
import { readXml, type XmlElement } from "@gatehouse/http/agent-xml";
import { enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it } from "vitest";
import { basic, restWorld } from "./rest/rest.test.helper.js";

interface Recorded {
  readonly headers: readonly (readonly [string, string])[];
  readonly bodyBase64: string;
}
interface Exchange {
  readonly request: Recorded & { readonly decoded: { readonly format: string } };
  readonly response: { readonly decoded?: { readonly text?: string } };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = join(shared, "traces/glpi");
const isThere = existsSync(folder);
if (!isThere) console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);

const access = [
  { version: "2c", credential: "cisco" },
  { version: "2c", credential: "printer" },
] as const;
const discovery: JobWork = {
  task: "netdiscovery",
  spec: {
    ranges: [{ start: "127.0.0.1", end: "127.0.0.2", port: "1161", protocol: "udp/ipv4" }],
    ...{ access, threads: 2, timeout: 2 },
  },
};
const inventory: JobWork = {
  task: "netinventory",
  spec: {
    devices: [
      { ip: "127.0.0.1", type: "NETWORKING", port: 1161 },
      { ip: "127.0.0.1", type: "PRINTER", port: 1161, access: 1 },
    ],
    ...{ access, threads: 1, timeout: 10 },
  },
};

/** Those of its XML, in order. */
const exchangesOf = (file: string) =>
  (JSON.parse(readFileSync(join(folder, `${file}.json`), "utf8")) as { exchanges: Exchange[] }).exchanges.filter(
    ({ request }) => request.decoded.format === "xml",
  );

/** Devices' ids are the server's own: here they are places in the job. */
const ourIds = (text: string) => text.replace("<ID>72</ID>", "<ID>1</ID>").replace("<ID>73</ID>", "<ID>2</ID>");

function sentIn({ headers, bodyBase64 }: Recorded) {
  const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const { bytes } = decodeAgentBodySync(Buffer.from(bodyBase64, "base64"), named["content-type"]);
  return { headers: { ...named, "content-type": "application/xml" }, body: ourIds(bytes.toString()) };
}

/** An option's elements, in their order. */
const formOf = (text: string) => {
  const forms = (element: XmlElement): unknown => [element.name, element.children.map(({ name }) => name)];
  return readXml(Buffer.from(text))
    .children.filter(({ name }) => name === "OPTION")
    .map(forms);
};

describe.skipIf(!isThere)("what agents sent of a task on the network", () => {
  it.each([
    ["fi-netdiscovery", discovery, "2 hosts found."],
    ["glpi-netdiscovery", discovery, "2 hosts found."],
    ["fi-netinventory", inventory, "2 of 2 devices looked at."],
  ] as const)("%s: its job runs, and ends as it did", async (file, work, reason) => {
    const house = restWorld();
    for (const name of ["cisco", "printer"])
      house.credentials.set(name, { name, kind: "snmp-community", username: null, secret: name });
    const exchanges = exchangesOf(file);
    const [first] = exchanges;
    if (first === undefined) throw new Error("nothing was recorded");
    const message = readXml(Buffer.from(sentIn(first.request).body));
    const deviceId = message.children.find(({ name }) => name === "DEVICEID")?.text ?? "";
    house.enrol(enrolmentOf({ deviceId }));
    const job = house.addJob(work, { agent: house.agents.length - 1 });
    // The number that the recording's server gave it.
    job.number = work.task === "netdiscovery" ? 1011 : 2011;
    let isHandedOver = false;
    for (const { request, response } of exchanges) {
      const sent: { headers: Record<string, string>; body: string } = sentIn(request);
      // As by a dialect before it: what names an id is answered in JSON there.
      if (sent.headers["glpi-agent-id"] !== undefined) continue;
      const answer = await house.send({ ...sent, overTls: true, proof: basic });
      expect(answer?.status).toBe(200);
      if (!answer?.text.includes("<OPTION>")) continue;
      isHandedOver = true;
      expect(formOf(answer.text)).toEqual(formOf(response.decoded?.text ?? ""));
    }
    expect([isHandedOver, job.state]).toEqual([true, "ok"]);
    expect(house.said.at(-1)).toMatchObject({ end: "ok", reason });
  });
});
