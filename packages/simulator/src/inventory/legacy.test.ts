import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Answer, FakeInventoryServer, gzip, json, kindOf, SEND, zlib } from "./fake-server.test.helper.js";
import { FusionAgent } from "./fusion-agent.js";
import { OcsAgent } from "./ocs-agent.js";

let server: FakeInventoryServer;
beforeEach(async () => {
  server = await FakeInventoryServer.start();
});
afterEach(() => server.stop());

const clock = () => new Date("2026-02-28T09:15:00Z");
const fusion = () => new FusionAgent({ serverUrl: server.url, name: "web01", clock });
const ocs = () => new OcsAgent({ serverUrl: server.url, name: "web01", tag: "site-a", clock });
const answer = (kind: string, one: Answer) => {
  server.handler = (seen) => (kindOf(seen) === kind ? one : undefined);
};
const plain = (text: string): Answer => ({ body: text, headers: { "Content-Type": "text/html" } });

describe("a FusionInventory agent", () => {
  it("sends PROLOG and INVENTORY in XML, and asks for its tasks", async () => {
    expect(await fusion().run()).toMatchObject({ inventory: "full", dialect: "xml", configs: 3, errors: [] });
    expect(server.calls()).toEqual(["PROLOG", "INVENTORY", "getConfig", "getConfig", "getConfig"]);
    expect(server.seen[0]?.text).toContain("<TOKEN>12345678</TOKEN>");
    expect(server.seen[1]?.text).toContain("<VERSIONCLIENT>FusionInventory-Agent_v2.6-3</VERSIONCLIENT>");
    expect(server.seen[1]?.headers).not.toHaveProperty("glpi-agent-id");
    expect(server.seen[2]?.headers).not.toHaveProperty("content-type");
  });

  it("reads plain XML of any type, and zlib of any type", async () => {
    answer("PROLOG", plain(SEND));
    expect(await fusion().run()).toMatchObject({ inventory: "full", errors: [] });
    answer("PROLOG", { ...zlib(SEND), headers: {} });
    expect(await fusion().run()).toMatchObject({ inventory: "full", errors: [] });
  });

  it.each([
    ["gzip, which crashes it", gzip(SEND), "coding"],
    ["JSON", json({ status: "ok", expiration: 24 }), "coding"],
    ["nothing", plain(""), "coding"],
    ["HTML", plain("<html></html>"), "protocol"],
    ["an error in XML", zlib("<REPLY><ERROR><![CDATA[XML not well formed!]]></ERROR></REPLY>"), "protocol"],
    ["a refusal", zlib("<REPLY/>", 403), "status"],
  ] as const)("gets nowhere with %s", async (_, refusal, kind) => {
    answer("PROLOG", refusal);
    const run = await fusion().run();
    expect(run).toMatchObject({ contacted: false, inventory: "none", errors: [{ kind, operation: "prolog" }] });
    expect(server.calls()).toEqual(["PROLOG"]);
  });

  it("says in words what it was refused with", async () => {
    answer("PROLOG", zlib("<REPLY><ERROR>not here</ERROR></REPLY>", 501));
    expect((await fusion().run()).errors[0]?.message).toBe(
      "communication error: 501 <REPLY><ERROR>not here</ERROR></REPLY>",
    );
  });

  it.each([
    ["no JSON", plain("later"), "protocol"],
    ["zlib, which this client does not read", zlib('{"schedule":[]}'), "protocol"],
    ["a schedule that is no list", json({ schedule: {} }), "protocol"],
    ["a refusal", json({}, 500), "status"],
  ] as const)("reports a configuration of %s", async (_, refusal, kind) => {
    answer("getConfig", refusal);
    const run = await fusion().run();
    expect(run).toMatchObject({ inventory: "full", configs: 0 });
    expect(run.errors).toHaveLength(3);
    expect(run.errors[0]).toMatchObject({ kind, operation: "getConfig" });
  });

  it("reports an inventory whose answer it cannot read", async () => {
    answer("INVENTORY", plain(""));
    expect(await fusion().run()).toMatchObject({ inventory: "none", errors: [{ operation: "inventory" }] });
  });
});

describe("an OCS agent", () => {
  it("sends zlib under its own label, without a token, and asks for nothing else", async () => {
    expect(await ocs().run()).toMatchObject({ inventory: "full", configs: 0, errors: [] });
    expect(server.calls()).toEqual(["PROLOG", "INVENTORY"]);
    expect(server.seen[0]?.text).not.toContain("TOKEN");
    expect(server.seen[0]?.headers).toMatchObject({
      "content-type": "application/x-compress",
      "user-agent": "OCS-NG_unified_unix_agent_v2.10.0",
    });
    expect(server.seen[1]?.text).toContain("<KEYVALUE>site-a</KEYVALUE>");
    expect(server.seen[1]?.text).not.toContain("VERSIONCLIENT");
  });

  it.each([
    ["plain", plain(SEND)],
    ["gzip", gzip(SEND)],
    ["empty", plain("")],
  ])("insists on zlib: a %s answer is a deflating problem", async (_, refusal) => {
    answer("PROLOG", refusal);
    const run = await ocs().run();
    expect(run.errors).toMatchObject([{ kind: "coding", message: "Deflating problem" }]);
    expect(server.calls()).toEqual(["PROLOG"]);
  });

  it("takes the tag that the server gives it", async () => {
    const info = "<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>site-b</KEYVALUE></ACCOUNTINFO>";
    answer("INVENTORY", zlib(`<REPLY><RESPONSE>ACCOUNT_UPDATE</RESPONSE>${info}</REPLY>`));
    const agent = ocs();
    await agent.run();
    expect(agent.tag).toBe("site-b");
    await agent.run();
    expect(server.seen[3]?.text).toContain("<KEYVALUE>site-b</KEYVALUE>");
  });
});
