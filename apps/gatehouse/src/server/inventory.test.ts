import { randomUUID } from "node:crypto";
import http from "node:http";
import { deflateSync, gzipSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
beforeAll(() => house.gateway.work.start());
afterAll(() => house.gateway.work.stop());

interface Said {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** A request as GLPI Agent makes it: zlib, its id, no Accept. */
function call({ path = "/front/inventory.php", method = "POST", headers = {}, body }: Said) {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const request = http.request({ port: house.port, host: "127.0.0.1", path, method, headers, agent: false });
    request.on("error", reject).on("response", async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
    });
    request.end(body);
  });
}
const zlib = { "Content-Type": "application/x-compress-zlib", "User-Agent": "GLPI-Agent_v1.12" };
const say = async (agentId: string | undefined, message: object | string, path?: string) => {
  const text = typeof message === "string" ? message : JSON.stringify(message, undefined, 3);
  const answer = await call({
    ...(path !== undefined && { path }),
    headers: { ...zlib, ...(agentId !== undefined && { "GLPI-Agent-ID": agentId }) },
    body: deflateSync(text),
  });
  return { ...answer, text: inflateSync(answer.body).toString() };
};

const PROLOG = (deviceid: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>\n  <DEVICEID>${deviceid}</DEVICEID>\n  <QUERY>PROLOG</QUERY>\n  <TOKEN>12345678</TOKEN>\n</REQUEST>\n`;
const INVENTORY = {
  hardware: { name: "web01", uuid: "4c4c4544-0042-4810-8056-b4c04f395931" },
  bios: { ssn: "5BHPV91", smanufacturer: "Dell Inc." },
  softwares: [{ name: "openssl", version: "3.0.11", from: "deb" }],
  versionclient: "GLPI-Agent_v1.12",
};

describe("a GLPI agent", () => {
  it("is answered its whole first run, and its inventory is its node's", async () => {
    const agentId = randomUUID();
    const deviceid = "web01-2024-02-29-12-00-00";
    const prolog = await say(agentId, PROLOG(deviceid));
    expect([prolog.status, JSON.parse(prolog.text)]).toEqual([202, { status: "pending", expiration: 0 }]);
    const contact = await say(agentId, {
      action: "contact",
      ...{ deviceid, name: "GLPI-Agent", version: "1.12" },
      "installed-tasks": ["inventory", "deploy", "esx"],
    });
    expect(contact.status).toBe(200);
    expect(contact.headers).toMatchObject({
      "content-type": "application/x-compress-zlib",
      "glpi-agent-id": agentId,
      "cache-control": "no-cache",
      pragma: "no-cache",
    });
    expect(contact.headers["content-encoding"]).toBeUndefined();
    expect(JSON.parse(contact.text)).toEqual({
      status: "ok",
      expiration: "24h",
      tasks: { inventory: { server: "glpi", version: "10.0.18" } },
      disabled: ["deploy", "esx"],
    });
    const handedIn = await say(agentId, { action: "inventory", deviceid, itemtype: "Computer", content: INVENTORY });
    expect([handedIn.status, JSON.parse(handedIn.text)]).toEqual([200, { status: "ok", expiration: "24h" }]);
    await house.gateway.work.idle();
    const [node] = await house.gateway.registry.find("web01");
    expect(node?.evidence).toContainEqual(expect.objectContaining({ kind: "serial" }));
    const rows = await house.db.run<{ name: string }>("select count(*)::int as n from dead_letters where not waiting");
    expect(rows).toEqual([{ n: 0 }]);
  });

  it.each([
    ["/"],
    ["//front//inventory.php/"],
    ["/glpi/front/inventory.php"],
    ["/glpi"],
    ["/plugins/glpiinventory/"],
    ["/marketplace/glpiinventory"],
    ["/plugins/fusioninventory/front/plugin_fusioninventory.communication.php"],
    ["/ocsinventory"],
  ])("is answered at %s", async (path) => {
    const { status } = await say(randomUUID(), PROLOG("somewhere-2024-02-29-12-00-00"), path);
    expect(status).toBe(202);
  });
});

describe("an agent that sends a part, whose whole never came", () => {
  it("is made to send all of it: refused once, answered in XML, and as ever from then on", async () => {
    const agentId = randomUUID();
    const deviceid = "part01-2024-02-29-12-00-00";
    const contact = {
      action: "contact",
      deviceid,
      name: "GLPI-Agent",
      version: "1.12",
      "installed-tasks": ["inventory"],
    };
    const content = {
      ...INVENTORY,
      hardware: { name: "part01", uuid: "4c4c4544-0042-4810-8056-b4c04f395999" },
      bios: { ssn: "PART01X" },
    };
    expect((await say(agentId, contact)).status).toBe(200);
    expect((await say(agentId, { action: "inventory", deviceid, partial: true, content })).status).toBe(200);
    await house.gateway.work.idle();
    const refused = await say(agentId, contact);
    expect([refused.status, JSON.parse(refused.text).status]).toEqual([409, "error"]);
    const prolog = await say(agentId, PROLOG(deviceid));
    expect([prolog.status, prolog.text]).toEqual([200, expect.stringContaining("<RESPONSE>SEND</RESPONSE>")]);
    const whole = `<?xml version="1.0" encoding="UTF-8"?><REQUEST><DEVICEID>${deviceid}</DEVICEID><QUERY>INVENTORY</QUERY><CONTENT>
      <HARDWARE><NAME>part01</NAME><UUID>4C4C4544-0042-4810-8056-B4C04F395999</UUID></HARDWARE><BIOS><SSN>PART01X</SSN></BIOS>
      <SOFTWARES><NAME>openssl</NAME><VERSION>3.0.11</VERSION></SOFTWARES><VERSIONCLIENT>GLPI-Agent_v1.12</VERSIONCLIENT></CONTENT></REQUEST>`;
    expect((await say(agentId, whole)).status).toBe(200);
    await house.gateway.work.idle();
    expect((await say(agentId, PROLOG(deviceid))).status).toBe(202);
    expect((await say(agentId, contact)).status).toBe(200);
  });
});

describe("what an agent says in confidence", () => {
  it("is in no list, and nowhere in the database as it is", async () => {
    const agentId = randomUUID();
    const plugins = { inventory: { disabled: "no", port: "0", token: "the-shared-one" } };
    const contact = {
      action: "contact",
      deviceid: "secret01-2024-02-29-12-00-00",
      "httpd-port": "62354",
      "httpd-plugins": plugins,
    };
    expect((await say(agentId, contact)).status).toBe(200);
    const [node] = await house.gateway.registry.find("secret01");
    expect(JSON.stringify(node)).toContain("62354");
    expect(JSON.stringify([node, house.lines])).not.toContain("the-shared-one");
    const kept = await house.db.run<{ secret: Buffer }>(
      "select secret from agent_secrets where name = 'httpd.inventory.token'",
    );
    expect(kept).toHaveLength(1);
    expect(kept[0]?.secret.includes("the-shared-one")).toBe(false);
  });
});

describe("the front door", () => {
  it("leaves a look at / to the page that names the mounts", async () => {
    for (const path of ["/", "//", "/?x=1"]) {
      const page = await call({ path, method: "GET" });
      expect([path, page.status, page.headers["content-type"]]).toEqual([
        path,
        path === "//" ? 404 : 200,
        "text/plain; charset=utf-8",
      ]);
    }
    expect((await call({ path: "/", method: "GET" })).body.toString()).toContain("/front/inventory.php");
  });

  it.each([
    ["PUT", "/"],
    ["DELETE", "/front/inventory.php"],
    ["GET", "/front/inventory.php"],
    ["HEAD", "/ocsinventory"],
  ])("answers %s %s with 405, empty, and what it takes", async (method, path) => {
    const answer = await call({ path, method });
    expect([answer.status, answer.body.length]).toEqual([405, 0]);
    expect(answer.headers["allow"]).toContain("POST");
  });

  it("answers an error in the coding that the message came in", async () => {
    const answer = await call({ headers: { "Content-Type": "application/x-compress-gzip" }, body: gzipSync("{") });
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, "application/x-compress-gzip"]);
  });
});
