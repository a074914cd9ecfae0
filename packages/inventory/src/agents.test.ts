import type { AgentProof } from "@gatehouse/core/nodes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as agents from "./agents.js";

const id = "e72a798f-e51b-11f1-9f32-aaea530464d7";

describe("an agent's id", () => {
  it("is a UUID, compared in lower case", () => {
    expect(agents.parseAgentId(` ${id.toUpperCase()} `)).toBe(id);
    expect(agents.parseAgentId(undefined)).toBeUndefined();
    expect(agents.agentIdAlias(id)).toEqual({ family: "inventory", kind: "agentid", value: id });
  });

  it.each(["", " ", "foo", `{${id}}`, `${id}0`, id.replaceAll("-", ""), "\0", `${id}, ${id}`])(
    "is not %j",
    (header) => {
      expect(() => agents.parseAgentId(header)).toThrow(expect.objectContaining({ code: "request-malformed" }));
    },
  );

  it("is found by its beginning where the ESX task cut it off", () => {
    // As recorded in glpi-esx.
    expect(agents.truncatedAgentId("65373261-3739-3866-2d65-3531622d3131")).toBe("e72a798f-e51b-11");
    expect(agents.truncatedAgentId(id)).toBeUndefined();
    expect(agents.truncatedAgentId("61616161-6161-6161-6161-616161616161")).toBeUndefined();
  });

  it("that was cut off is the beginning of the one that it was cut off from", () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const cut = Buffer.from(uuid.slice(0, 16)).toString("hex");
        const sent = cut.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
        expect(agents.truncatedAgentId(sent)).toBe(uuid.slice(0, 16));
      }),
    );
  });
});

describe("a deviceid", () => {
  it.each([
    ["web01-2024-02-29-12-00-00", "web01"],
    ["web-01.example.org-2024-02-29-12-00-00", "web-01.example.org"],
    ["foo", "foo"],
    ["-2024-02-29-12-00-00", "-2024-02-29-12-00-00"],
    ["a-2024-02-29", "a-2024-02-29"],
    ["a\n-2024-02-29-12-00-00", "a\n"],
  ])("%j names the host %j", (deviceId, host) => {
    expect(agents.hostOf(deviceId)).toBe(host);
  });

  it("is cleaned of what cannot be stored, and refused when nothing is left or it is too long", () => {
    expect(agents.parseDeviceId(" a\0b\ud800 ")).toBe("ab\ufffd");
    expect(agents.parseDeviceId(7)).toBe("7");
    expect(agents.parseDeviceId("x".repeat(255))).toHaveLength(255);
    for (const wrong of ["", " \0", "x".repeat(256), null, undefined, {}, ["a"], true])
      expect(() => agents.parseDeviceId(wrong)).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });
});

describe("programOf", () => {
  it.each([
    ["GLPI-Agent_v1.12-dev", "GLPI-Agent", "1.12-dev"],
    ["FusionInventory-Agent_v2.6-3", "FusionInventory-Agent", "2.6-3"],
    ["OCS-NG_unified_unix_agent_v2.10.0", "OCS-NG_unified_unix_agent", "2.10.0"],
    ["Inventory Agent/1.1.0 (Linux; Android 12)", "Inventory Agent", "1.1.0"],
    ["OCS-NG_WINDOWS_AGENT_v2.9.0.0", "OCS-NG_WINDOWS_AGENT", "2.9.0.0"],
  ])("reads %s", (text, program, version) => {
    expect(agents.programOf(text)).toEqual({ program, version });
  });
  it.each(["", "1.12", "GLPI-Agent", "missing", "_v1", `${"a".repeat(200)}_v1`])("makes nothing of %j", (text) => {
    expect(agents.programOf(text)).toBeUndefined();
  });
});

describe("enrolmentOf", () => {
  const deviceId = "web01-2024-02-29-12-00-00";

  it("knows an agent by its id, and by its deviceid besides", () => {
    const enrolment = agents.enrolmentOf({
      agentId: id,
      deviceId,
      name: "GLPI-Agent",
      version: "1.12",
      tag: "lab",
      installedTasks: ["inventory", "deploy"],
      enabledTasks: ["inventory"],
      from: "192.0.2.7",
      evidence: [{ kind: "serial", value: "ABC-1234" }],
      proxies: [id],
      attributes: { port: 62354 },
    });
    expect(enrolment).toMatchObject({
      alias: { kind: "agentid", value: id },
      otherAliases: [{ kind: "deviceid", value: deviceId }],
      nodeName: "web01",
      trust: "anonymous",
      role: "contact",
      keyId: null,
      traits: { version: "1.12", tags: ["lab"], installedTasks: ["inventory", "deploy"], enabledTasks: ["inventory"] },
    });
    expect(enrolment.evidence).toEqual([
      { kind: "name", value: "web01" },
      { kind: "address", value: "192.0.2.7", proof: "observed" },
      { kind: "serial", value: "ABC-1234" },
    ]);
    const attributes = {
      deviceId,
      agentId: id,
      program: "GLPI-Agent",
      version: "1.12",
      tag: "lab",
      proxies: [id],
      port: 62354,
    };
    expect(enrolment.merge({})).toEqual(attributes);
    expect(enrolment.merge({ needsFull: true, version: "1.0" })).toEqual({ ...attributes, needsFull: true });
    expect(enrolment.detail).toMatchObject({ deviceId, from: "192.0.2.7" });
    expect(Object.keys(enrolment.detail)).not.toContain("way");
  });

  it.each<[AgentProof, object]>([
    [
      { way: "basic", trust: "key", by: "fleet" },
      { way: "basic", by: "fleet" },
    ],
    [
      { way: "certificate", trust: "certificate", agent: deviceId, by: "0A" },
      { way: "certificate", by: "0A" },
    ],
  ])("tells operators by what it got in: %j", (proof, shown) => {
    const { detail, trust } = agents.enrolmentOf({ deviceId, proof });
    expect([detail, trust]).toEqual([{ deviceId, ...shown }, proof.trust]);
  });

  it("knows one without an id by its deviceid, and its program by its User-Agent", () => {
    const enrolment = agents.enrolmentOf({ deviceId, version: "FusionInventory-Agent_v2.6-3" });
    expect(enrolment.alias).toEqual(agents.deviceIdAlias(deviceId));
    expect(enrolment.otherAliases).toBeUndefined();
    expect(enrolment.merge({ tag: "lab" })).toEqual({
      ...{ deviceId, tag: "lab", program: "FusionInventory-Agent", version: "2.6-3" },
    });
  });

  it("takes nothing away where less is said", () => {
    const { merge, traits } = agents.enrolmentOf({ deviceId });
    expect(traits).toBeUndefined();
    expect(merge({ program: "a", version: "1", tag: "b" })).toEqual({ program: "a", version: "1", tag: "b", deviceId });
  });

  it("refuses a deviceid that is no name", () => {
    expect(() => agents.enrolmentOf({ deviceId: "" })).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });
});
