import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Answer, FakeInventoryServer, gzip, json, kindOf, SEND, zlib } from "./fake-server.test.helper.js";
import { GlpiAgent, type GlpiAgentOptions } from "./glpi-agent.js";

let server: FakeInventoryServer;
beforeEach(async () => {
  server = await FakeInventoryServer.start();
});
afterEach(() => server.stop());

const NOW = new Date("2026-02-28T09:15:00Z");
const waited: number[] = [];
const agentOf = (more: Partial<GlpiAgentOptions> = {}) => {
  waited.length = 0;
  const wait = async (milliseconds: number) => void waited.push(milliseconds);
  return new GlpiAgent({ serverUrl: server.url, name: "web01", clock: () => NOW, wait, ...more });
};
/** Answers one kind of message; the others as ever. */
const answer = (kind: string, ...answers: [Answer, ...Answer[]]) => {
  let n = 0;
  server.handler = (seen) => (kindOf(seen) === kind ? answers[Math.min(n++, answers.length - 1)] : undefined);
};
const message = (n: number) => JSON.parse(server.seen[n]?.text ?? "") as Record<string, never>;

describe("a GLPI agent", () => {
  it("starts with PROLOG and its id, then contacts and sends all of its inventory in JSON", async () => {
    const run = await agentOf({ tag: "site-a" }).run();
    expect(run).toMatchObject({ contacted: true, inventory: "full", dialect: "json", expiration: 86_400, errors: [] });
    expect(server.calls()).toEqual(["PROLOG", "contact", "inventory"]);
    expect(server.seen[0]?.headers).toMatchObject({
      "content-type": "application/x-compress-zlib",
      "user-agent": "GLPI-Agent_v1.12",
      "glpi-agent-id": expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/),
    });
    expect(message(1)).toMatchObject({ action: "contact", deviceid: "web01-2026-02-28-09-15-00", tag: "site-a" });
    expect(message(2)).toMatchObject({ action: "inventory", itemtype: "Computer", tag: "site-a" });
    expect(message(2)).not.toHaveProperty("partial");
  });

  it("sends in its later runs what changed, and all of it again after fourteen such", async () => {
    const agent = agentOf();
    const kinds: string[] = [];
    for (let run = 0; run < 16; run++) kinds.push((await agent.run()).inventory);
    expect(kinds).toEqual(["full", ...Array.from({ length: 14 }, () => "partial"), "full"]);
    const second = message(4) as unknown as { content: Record<string, unknown>; partial: unknown };
    expect(second.partial).toBe(true);
    expect(Object.keys(second.content)).toEqual([
      "accesslog",
      "bios",
      "drives",
      "hardware",
      "operatingsystem",
      "processes",
      "softwares",
      "versionclient",
      "versionprovider",
    ]);
    expect(second.content.hardware).not.toHaveProperty("lastloggeduser");
    const third = message(6) as unknown as { content: Record<string, unknown> };
    expect(third.content).not.toHaveProperty("softwares");
  });

  it("does not contact where PROLOG already tells an expiration, and asks for its tasks", async () => {
    answer("PROLOG", zlib('{"status":"ok","expiration":"30m"}'));
    expect(await agentOf().run()).toMatchObject({ inventory: "full", dialect: "json", expiration: 1800, configs: 3 });
    expect(server.calls()).toEqual(["PROLOG", "inventory", "getConfig", "getConfig", "getConfig"]);
  });

  it("speaks XML to a server that answers XML, and sends no inventory that nobody wants", async () => {
    answer("PROLOG", zlib(SEND));
    const agent = agentOf();
    expect(await agent.run()).toMatchObject({ inventory: "full", dialect: "xml", expiration: 86_400 });
    expect(server.seen[1]?.text).toContain("<VERSIONCLIENT>GLPI-Agent_v1.12</VERSIONCLIENT>");
    answer("PROLOG", zlib("<REPLY><RESPONSE>STOP</RESPONSE></REPLY>"));
    expect(await agent.run()).toMatchObject({ inventory: "none", contacted: true, errors: [] });
  });

  it("polls by GET with the id of the pending answer until there is one", async () => {
    const pending = json({ status: "pending", expiration: "30s" }, 202, { "GLPI-Request-ID": "0A1B2C3D" });
    server.handler = (seen) => {
      if (kindOf(seen) === "contact") return pending;
      return kindOf(seen) === "poll" && server.seen.length < 5 ? pending : undefined;
    };
    expect(await agentOf().run()).toMatchObject({ polls: 3, inventory: "full" });
    expect(waited).toEqual([30_000, 30_000, 30_000]);
    expect(server.seen[2]).toMatchObject({ method: "GET", text: "", headers: { "glpi-request-id": "0A1B2C3D" } });
  });

  it("uses its own request id only with debug, and never one that is no eight hex digits", async () => {
    answer("inventory", json({ status: "pending", expiration: 0 }, 202, { "GLPI-Request-ID": "123456789" }));
    await agentOf().run();
    const own = server.seen.length;
    expect(server.seen.at(-1)?.headers).not.toHaveProperty("glpi-request-id");
    await agentOf({ debug: true }).run();
    const [, contact, inventory, poll] = server.seen.slice(own);
    for (const seen of [contact, inventory, poll]) expect(seen?.headers["glpi-request-id"]).toMatch(/^[0-9A-F]{8}$/);
    expect(poll?.headers["glpi-request-id"]).toBe(inventory?.headers["glpi-request-id"]);
  });

  it("gives up after twelve looks", async () => {
    const pending = json({ status: "pending", expiration: 1 }, 202, { "GLPI-Request-ID": "0A1B2C3D" });
    server.handler = (seen) => (["contact", "poll"].includes(kindOf(seen)) ? pending : undefined);
    const run = await agentOf().run();
    expect(run).toMatchObject({ polls: 12, contacted: false, inventory: "none" });
    expect(run.errors[0]?.message).toContain("pending");
  });

  it.each([
    ["a refusal", json({ status: "error", message: "busy server" }, 503), "status"],
    ["an error with 200", json({ status: "error", message: "busy server" }), "protocol"],
    ["no status", json({ expiration: 24 }), "protocol"],
    ["no JSON", { body: "<html></html>" }, "protocol"],
    ["nothing", { body: "" }, "protocol"],
    [
      "a wrong label",
      { ...json({ status: "ok" }), headers: { "Content-Type": "application/x-compress-zlib" } },
      "coding",
    ],
    [
      "zlib labelled as JSON",
      { ...zlib('{"status":"ok"}'), headers: { "Content-Type": "application/json" } },
      "protocol",
    ],
    ["brotli", { body: "x", headers: { "Content-Type": "application/x-compress-br" } }, "coding"],
    [
      "HTTP compression",
      { ...gzip("{}"), headers: { "Content-Encoding": "gzip", "Content-Type": "text/json" } },
      "protocol",
    ],
  ] as const)("starts over with PROLOG after a CONTACT answered with %s", async (_, refusal, kind) => {
    answer("contact", refusal);
    const agent = agentOf();
    const run = await agent.run();
    expect(run).toMatchObject({ contacted: false, inventory: "none" });
    expect(run.errors).toMatchObject([{ kind, operation: "contact" }]);
    expect(agent.knowsServer).toBe(false);
    answer("PROLOG", gzip(SEND));
    expect(await agent.run()).toMatchObject({ inventory: "full", dialect: "xml", errors: [] });
  });

  it("keeps no inventory that was refused: what follows is partial all the same", async () => {
    answer("inventory", zlib('{"status":"error","message":"no"}', 500));
    const agent = agentOf();
    expect(await agent.run()).toMatchObject({ contacted: true, inventory: "none", errors: [{ status: 500 }] });
    server.handler = () => undefined;
    expect(await agent.run()).toMatchObject({ inventory: "partial" });
  });

  it("leaves out what is disabled, and asks once more without its id where a plugin has tasks", async () => {
    const deploy = '"deploy":{"server":"glpiinventory","version":"1.6"}';
    answer("contact", zlib(`{"status":"ok","expiration":1,"disabled":"Inventory","tasks":{${deploy}}}`));
    expect(await agentOf().run()).toMatchObject({ inventory: "none", configs: 1, errors: [] });
    expect(server.calls()).toEqual(["PROLOG", "contact", "PROLOG", "getConfig"]);
    expect(server.seen[2]?.headers).not.toHaveProperty("glpi-agent-id");
    expect(server.seen[3]?.url).toContain("machineid=web01-2026-02-28-09-15-00&task%5BDeploy%5D=3.3");
  });

  it("answers a 401 by Basic where it has a login, once, and keeps to it", async () => {
    const said = `Basic ${Buffer.from("agents:s3cret:ü").toString("base64")}`;
    server.handler = ({ headers }) =>
      headers["authorization"] === said
        ? undefined
        : json({ status: "error", message: "who?" }, 401, { "WWW-Authenticate": 'Basic realm="Gatehouse"' });
    const run = await agentOf({ login: { name: "agents", secret: "s3cret:ü" } }).run();
    expect(run).toMatchObject({ inventory: "full", errors: [] });
    expect(server.calls()).toEqual(["PROLOG", "PROLOG", "contact", "inventory"]);
    const wrong = await agentOf({ login: { name: "agents", secret: "other" } }).run();
    expect(wrong.errors).toMatchObject([{ kind: "status", status: 401 }]);
    expect(server.calls().slice(4)).toEqual(["PROLOG", "PROLOG"]);
    expect((await agentOf().run()).errors).toMatchObject([{ kind: "status", status: 401 }]);
    server.handler = () => json({}, 401, { "WWW-Authenticate": 'Digest realm="x"' });
    const digest = await agentOf({ login: { name: "agents", secret: "s3cret" } }).run();
    expect(digest.errors).toMatchObject([{ status: 401 }]);
    expect(server.calls().slice(7)).toEqual(["PROLOG"]);
  });

  it("tells that nobody is there", async () => {
    const run = await agentOf({ serverUrl: "127.0.0.1:1/inventory" }).run();
    expect(run.errors).toMatchObject([{ kind: "transport", operation: "prolog", status: undefined }]);
  });
});
