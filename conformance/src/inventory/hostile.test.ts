import { randomBytes } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync, inflateSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../database.js";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { type Answer, send } from "../wire.js";

const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
const DEVICE = "victim-2024-02-29-12-00-00";
const MIB = 1 << 20;

let site: Site;
let gateway: GatewayProcess;
beforeAll(async () => {
  site = await newSite();
  // A small machine: what takes gigabytes anywhere ends this gateway.
  gateway = await site.start({ env: { NODE_OPTIONS: "--max-old-space-size=400" } });
});
afterAll(async () => {
  await gateway?.stop();
  await site?.remove();
});

const glpi = { "User-Agent": "GLPI-Agent_v1.12", "GLPI-Agent-ID": AGENT, Pragma: "no-cache" };
const ZLIB = { "Content-Type": "application/x-compress-zlib" };
const post = (body: Buffer | string, headers: Readonly<Record<string, string>>, path = "/") =>
  send(gateway.http, { method: "POST", path, headers, body });

/** As the agent reads it: what a label says has to be so. */
function textOf({ headers, body }: Answer): string {
  expect(headers["content-encoding"]).toBeUndefined();
  if (headers["content-type"]?.startsWith("application/x-compress-zlib")) return inflateSync(body).toString("utf8");
  return body.toString("utf8");
}

const content = (more: object = {}) => ({
  versionclient: "GLPI-Agent_v1.12",
  hardware: { name: "victim", uuid: "4c4c4544-0039-5410-8052-b4c04f564433" },
  bios: { ssn: "VICTIM1" },
  softwares: [{ name: "openssl", version: "3.0.11" }],
  ...more,
});
const inventory = (said: object = content(), deviceid = DEVICE) =>
  JSON.stringify({ action: "inventory", deviceid, itemtype: "Computer", content: said });

const resident = () =>
  withDatabase(site, async (client) => {
    const { rows } = await client.query<{ inbox: number; dead: number }>(
      "select (select count(*)::int from inbox) as inbox, (select count(*)::int from dead_letters) as dead",
    );
    return rows[0];
  });
const settled = () => expect.poll(async () => (await resident())?.inbox, { timeout: 60_000, interval: 200 }).toBe(0);

/** Whatever came before, an honest agent is served. */
afterEach(async () => {
  const honest = await post(deflateSync(inventory(content(), "honest-2024-02-29-12-00-00")), {
    ...glpi,
    ...ZLIB,
    "GLPI-Agent-ID": "11111111-2222-4333-8444-555555555555",
  });
  expect(honest.status).toBe(200);
  expect(JSON.parse(textOf(honest))).toMatchObject({ status: "ok" });
  await settled();
});

const blanks = Buffer.alloc(200 * MIB, 0x20);
const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const xml = (inside: string, head = '<?xml version="1.0" encoding="UTF-8"?>') =>
  `${head}<REQUEST><DEVICEID>${DEVICE}</DEVICEID><QUERY>INVENTORY</QUERY><CONTENT>${inside}</CONTENT></REQUEST>`;

describe("a message that is not what it should be", () => {
  it.each<[string, number, () => Buffer | string, Record<string, string>]>([
    ["nothing", 400, () => "", ZLIB],
    ["zlib that is cut off", 400, () => deflateSync(inventory()).subarray(0, 60), ZLIB],
    [
      "gzip that is cut off",
      400,
      () => gzipSync(inventory()).subarray(0, 60),
      { "Content-Type": "application/x-compress-gzip" },
    ],
    ["zlib in zlib", 400, () => deflateSync(deflateSync(inventory())), ZLIB],
    ["gzip in zlib", 400, () => deflateSync(gzipSync(inventory())), ZLIB],
    ["no brotli under brotli's label", 400, () => "hello", { "Content-Type": "application/x-compress-br" }],
    [
      "bytes that are nothing, under a foreign label",
      415,
      () => Buffer.from([1, 2, 3, 4]),
      { "Content-Type": "image/png" },
    ],
    ["JSON that is cut off", 400, () => inventory().slice(0, -2), { "Content-Type": "application/json" }],
    ["a list", 400, () => "[]", { "Content-Type": "application/json" }],
    ["an inventory without a deviceid", 400, () => JSON.stringify({ action: "inventory", content: content() }), ZLIB],
    ["an inventory without content", 400, () => JSON.stringify({ action: "inventory", deviceid: DEVICE }), ZLIB],
    ["an inventory whose content is a text", 400, () => inventory("x" as never), ZLIB],
    ["an action that nobody knows", 501, () => JSON.stringify({ action: "toString", deviceid: DEVICE }), ZLIB],
    ["JSON that is 40 deep", 413, () => `{"action":"inventory","deviceid":"${DEVICE}","content":${deep(40)}}`, ZLIB],
    ["JSON that is 100,000 deep", 413, () => deep(100_000), ZLIB],
    ["a zlib bomb", 413, () => deflateSync(blanks), ZLIB],
    ["a gzip bomb", 413, () => gzipSync(blanks), { "Content-Type": "application/x-compress-gzip" }],
    [
      "a brotli bomb",
      413,
      () => brotliCompressSync(blanks.subarray(0, 100 * MIB)),
      { "Content-Type": "application/x-compress-br" },
    ],
    ["more bytes than are taken", 413, () => Buffer.alloc(17 * MIB, 0x20), { "Content-Type": "application/json" }],
    ["an agent id that is none", 400, () => inventory(), { ...ZLIB, "GLPI-Agent-ID": "../../etc/passwd" }],
    ["XML that is cut off", 400, () => xml("<BIOS>").slice(0, -12), ZLIB],
    [
      "a DOCTYPE",
      400,
      () => xml("<BIOS><SSN>&x;</SSN></BIOS>", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      ZLIB,
    ],
    ["laughs", 400, () => xml("&b;", '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'), ZLIB],
    ["an entity that nobody declared", 400, () => xml("<BIOS><SSN>&x;</SSN></BIOS>"), ZLIB],
    [
      "20,000 devices at once",
      413,
      () => xml("<DEVICE><IP>192.0.2.1</IP></DEVICE>".repeat(20_000)).replace("INVENTORY", "NETDISCOVERY"),
      ZLIB,
    ],
    ["XML that is 1,000 deep", 413, () => xml(`${"<A>".repeat(1_000)}x${"</A>".repeat(1_000)}`), ZLIB],
  ])("%s: %d", async (_, status, body, headers) => {
    const answer = await post(body(), { ...glpi, ...headers });
    expect(answer.status).toBe(status);
    expect(textOf(answer)).not.toMatch(/\bat .*\.[jt]s|node_modules|passwd/);
  });

  it("is refused to FusionInventory and OCS agents in their own form", async () => {
    const agents = { fusion: "FusionInventory-Agent_v2.6-3", ocs: "OCS-NG_unified_unix_agent_v2.10.0" };
    const refused = async (agent: string, type: string) =>
      post(deflateSync("<REQUEST><DEVICEID>"), { "User-Agent": agent, "Content-Type": type });
    const fusion = await refused(agents.fusion, "application/x-compress-zlib");
    expect([fusion.status, textOf(fusion)]).toEqual([
      400,
      expect.stringMatching(/<REPLY><ERROR>.*<\/ERROR><\/REPLY>\n?$/s),
    ]);
    const ocs = await refused(agents.ocs, "application/x-compress");
    expect([ocs.status, inflateSync(ocs.body).toString()]).toEqual([400, expect.stringContaining("<ERROR>")]);
  });

  it("takes keys that would be dangerous elsewhere as data", async () => {
    const said = `{"action":"inventory","deviceid":"keys-2024-02-29-12-00-00","content":{"versionclient":"x","__proto__":{"a":1},"constructor":{"prototype":{"b":1}},"hardware":{"name":"keys","__proto__":"\\u0000\\ud800"}}}`;
    const id = "22222222-2222-4333-8444-555555555555";
    expect((await post(deflateSync(said), { ...glpi, ...ZLIB, "GLPI-Agent-ID": id })).status).toBe(200);
    await settled();
    expect((await resident())?.dead).toBe(0);
  });

  it("stores texts that no index takes, and addresses without end", async () => {
    const long = randomBytes(5_000).toString("hex");
    const ips = Array.from({ length: 190_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    const said = [
      { bios: { ssn: long }, hardware: { name: long, uuid: long }, networks: [{ mac: long, ipaddress: long }] },
      { network_device: { name: "sw1", ips } },
    ];
    for (const [i, more] of said.entries()) {
      const headers = { ...glpi, ...ZLIB, "GLPI-Agent-ID": `3333333${i}-2222-4333-8444-555555555555` };
      const body = deflateSync(inventory(content(more), `long${i}-2024-02-29-12-00-00`));
      for (const _ of [1, 2]) expect((await post(body, headers)).status).toBe(200);
    }
    await settled();
    expect((await resident())?.dead).toBe(0);
  });

  it("answers fifty bombs at once, and lives", async () => {
    const bomb = deflateSync(blanks);
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(bomb, { ...glpi, ...ZLIB })));
    for (const { status } of answers) expect([413, 503]).toContain(status);
    expect(answers.some(({ status }) => status === 413)).toBe(true);
  });
});
