import { createHash, randomBytes, randomUUID } from "node:crypto";
import { sampleConfiguration, sampleModule } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getConfiguration, getModule, type PullServer, register, startPullServer } from "./pull-server.js";

let server: PullServer;
let agentId: string;
const mof = sampleConfiguration({ name: "Web" });
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex").toUpperCase();

beforeAll(async () => {
  server = await startPullServer();
  agentId = randomUUID().toUpperCase();
  await register(server, agentId, { names: ["Web", "Big", "Missing"] });
  expect((await server.publish("Web.mof", mof)).status).toBe(201);
  expect((await server.publish("Secret.mof", sampleConfiguration({ name: "Secret" }))).status).toBe(201);
});
afterAll(() => server.close());

describe("ConfigurationContent", () => {
  it("case 31: gives the exact bytes with both checksum headers", async () => {
    const answer = await getConfiguration(server, agentId, "Web");
    expect(answer.status).toBe(200);
    expect(answer.body.equals(mof)).toBe(true);
    expect([...answer.body.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": String(mof.length),
      checksum: sha256(mof),
      checksumalgorithm: "SHA-256",
      protocolversion: "2.0",
    });
    expect(answer.rawHeaders).toEqual(expect.arrayContaining(["Checksum", "ChecksumAlgorithm", "ProtocolVersion"]));
  });

  it("gives a large one as it is, streamed", async () => {
    const big = Buffer.concat([sampleConfiguration({ name: "Big" }), randomBytes(3_500_000)]);
    expect((await server.publish("Big.mof", big)).status).toBe(201);
    const answer = await getConfiguration(server, agentId, "Big");
    expect(answer.body.equals(big)).toBe(true);
    expect(answer.headers["checksum"]).toBe(sha256(big));
  });

  it("case 32: finds the name in another letter case", async () => {
    expect((await getConfiguration(server, agentId, "wEB")).status).toBe(200);
  });

  it.each([
    ["a name of others", "Secret"],
    ["an unknown name", "Nope"],
    ["a registered name that is not published", "Missing"],
    ["traversal", "..%2f..%2fetc%2fpasswd"],
    ["traversal with slashes", "../../etc/passwd"],
    ["nothing", ""],
    ["300 characters", "x".repeat(300)],
    ["NUL", "We%00b"],
    ["a doubled percent sign", "%2557eb"],
    ["a quote", "We''b"],
  ])("cases 33 and 35: does not give %s", async (_, name) => {
    const answer = await getConfiguration(server, agentId, name);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body.toString())["odata.error"].message.value).not.toContain("rule");
  });

  it("refuses broken percent-encoding with 400", async () => {
    expect((await getConfiguration(server, agentId, "%zz")).status).toBe(400);
  });

  it("case 34: refuses an unknown agent with 401", async () => {
    expect((await getConfiguration(server, randomUUID(), "Web")).status).toBe(401);
  });

  it("gives an assigned name, and still the registered one", async () => {
    await server.api("PUT", `/nodes/${agentId}/settings/dsc.configurations`, { value: ["Secret"] });
    expect((await getConfiguration(server, agentId, "Secret")).status).toBe(200);
    expect((await getConfiguration(server, agentId, "Web")).status).toBe(200);
    await server.api("DELETE", `/nodes/${agentId}/settings/dsc.configurations`);
    expect((await getConfiguration(server, agentId, "Secret")).status).toBe(404);
  });
});

describe("ModuleContent", () => {
  const zips = new Map<string, Buffer>();
  beforeAll(async () => {
    for (const [name, version] of [
      ["xWeb", "9.0"],
      ["xWeb", "10.0"],
      ["xWeb", "1.5"],
      ["a_b", "1.0"],
    ] as const) {
      const zip = await sampleModule(name, version);
      zips.set(`${name} ${version}`, zip);
      expect((await server.publish(`${name}_${version}.zip`, zip)).status).toBe(201);
    }
  });
  const headers = () => ({ AgentId: agentId, ProtocolVersion: "2.0" });

  it("case 36: gives an exact version with its checksum", async () => {
    const answer = await getModule(server, "xWeb", "1.5", headers());
    const zip = zips.get("xWeb 1.5") ?? Buffer.alloc(0);
    expect([
      answer.status,
      answer.body.equals(zip),
      answer.headers["checksum"],
      answer.headers["checksumalgorithm"],
    ]).toEqual([200, true, sha256(zip), "SHA-256"]);
  });

  it("case 37: gives the newest by number for an empty version", async () => {
    const answer = await getModule(server, "xWeb", "", headers());
    expect(answer.body.equals(zips.get("xWeb 10.0") ?? Buffer.alloc(0))).toBe(true);
  });

  it("case 38: knows a version by its text, a name in any letter case", async () => {
    for (const version of ["2.0", "1.5.0", "nonsense"])
      expect((await getModule(server, "xWeb", version, headers())).status).toBe(404);
    expect((await getModule(server, "XWEB", "1.5", headers())).status).toBe(200);
    expect((await getModule(server, "unknown", "", headers())).status).toBe(404);
  });

  it("case 39: wants a registered AgentId in the header", async () => {
    expect((await getModule(server, "xWeb", "1.5", {})).status).toBe(401);
    expect((await getModule(server, "xWeb", "1.5", { AgentId: randomUUID() })).status).toBe(401);
    expect((await getModule(server, "xWeb", "1.5", { AgentId: "nonsense" })).status).toBe(400);
  });

  it("case 40: finds a name with an underscore", async () => {
    expect((await getModule(server, "a_b", "1.0", headers())).status).toBe(200);
  });
});
