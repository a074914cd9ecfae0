import { describe, expect, it } from "vitest";
import { parseODataPath } from "./odata-path.js";

const prefixes = ["/PSDSCPullServer.svc", "/accounts/*", "/"];
const canonical = (path: string) => parseODataPath(path, prefixes)?.canonical;
const A = "91E51A37-B59F-11E5-9C04-14109FD663AE";

describe("parseODataPath", () => {
  it.each([
    `/PSDSCPullServer.svc/Nodes(AgentId='${A}')`,
    `/psdscpullserver.SVC/nodes(agentid='${A}')`,
    `/PSDSCPullServer.svc//Nodes(AgentId='${A}')`,
    `//PSDSCPullServer.svc/Nodes(AgentId='${A}')/`,
    `/PSDSCPullServer.svc/Nodes%28AgentId=%27${A}%27%29`,
    `/PSDSCPullServer.svc/Nodes(AgentId= '${A}')`,
    `/PSDSCPullServer.svc/Nodes(AgentId=%20'${A}'%20)`,
    `/accounts/6d1fa4f7/Nodes(AgentId='${A}')`,
    `/Nodes(AgentId='${A}')`,
    `//Nodes(AgentId='${A}')`,
  ])("reads %s as the same node", (path) => {
    expect(canonical(path)).toBe(`/nodes(agentid=${A})`);
  });

  it("sorts keys and drops empty parentheses", () => {
    expect(canonical("/Modules(ModuleVersion='1.0',ModuleName='x')/ModuleContent()")).toBe(
      "/modules(modulename=x,moduleversion=1.0)/modulecontent",
    );
  });

  it("keeps what stands in quotes together and encodes it", () => {
    const path = "/Nodes(AgentId='a')/Configurations(ConfigurationName='..%2f../e''t(c)')/ConfigurationContent";
    expect(canonical(path)).toBe(
      "/nodes(agentid=a)/configurations(configurationname=..%2F..%2Fe%27t%28c%29)/configurationcontent",
    );
  });

  it("decodes once", () => {
    expect(canonical("/Nodes(AgentId='%2527')")).toBe("/nodes(agentid=%2527)");
  });

  it.each(["/PSDSCPullServer.svc", "/PSDSCPullServer.svc/", "//psdscpullserver.svc//"])(
    "reads %s as the service root",
    (path) => {
      expect(canonical(path)).toBe("/");
    },
  );

  it.each(["/", "/puppet/v3/node/x", "/PSDSCPullServer", "/accounts", "/%zz"])("leaves %s to others", (path) => {
    expect(canonical(path)).toBeUndefined();
  });

  it.each([
    "/Nodes(AgentId='%zz')",
    "/Nodes(AgentId=x)",
    "/Nodes(AgentId='x'",
    "/Nodes(AgentId='x',AgentId='y')",
    "/Nodes('x')",
  ])("refuses %s", (path) => {
    expect(() => canonical(path)).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });

  it("remembers the base as the client wrote it", () => {
    expect(parseODataPath(`/PSDSCPullServer.svc//Nodes(AgentId='${A}')`, prefixes)?.base).toBe("/PSDSCPullServer.svc");
    expect(parseODataPath(`/Nodes(AgentId='${A}')`, prefixes)?.base).toBe("");
  });

  it("refuses a path that no LCM sends, slashes by the thousand too", () => {
    for (const path of [`${"/".repeat(250_000)}PSDSCPullServer.svc/`, `/accounts${"/".repeat(100_000)}x/Nodes`]) {
      expect(() => canonical(path)).toThrow(expect.objectContaining({ code: "request-malformed" }));
    }
  });

  it("takes no longer on a hostile path", () => {
    const path = `/Nodes(${"AgentId='".repeat(20_000)}`;
    expect(() => canonical(path)).toThrow();
  });
});
