import { describe, expect, it } from "vitest";
import { explainConfigurations } from "./explain.js";
import { dscAdapter } from "./index.js";

const node = (registered: string[], assigned: string[] = []) => ({ registered, assigned });
const brief = (...given: Parameters<typeof node>) =>
  explainConfigurations(node(...given)).map(({ name, source, effective }) => [name, source, effective]);

describe("explainConfigurations", () => {
  it("has nothing to say of a node without names", () => {
    expect(explainConfigurations(node([]))).toEqual([]);
  });

  it("says that a name was registered, and that nothing comes before it", () => {
    expect(explainConfigurations(node(["Web"]))).toEqual([
      {
        name: "Web",
        source: "registered by the agent",
        effective: true,
        why: "The agent registered it, and nothing is assigned by hand.",
      },
    ]);
  });

  it("puts an assignment before what was registered, which may still be fetched", () => {
    expect(brief(["Web"], ["Db"])).toEqual([
      ["Db", "assigned by hand", true],
      ["Web", "registered by the agent", false],
    ]);
    const [assigned, registered] = explainConfigurations(node(["Web"], ["Db"]));
    expect(assigned?.why).toContain("comes before");
    expect(registered?.why).toContain("still fetch it");
  });

  it("has a name once, whatever its letter case, as the assigned one", () => {
    expect(brief(["web"], ["Web"])).toEqual([["Web", "assigned by hand", true]]);
  });

  it("says that several names are for partial configurations", () => {
    for (const { why } of explainConfigurations(node(["A", "B"]))) expect(why).toContain("one of 2 names registered");
    for (const { why } of explainConfigurations(node([], ["A", "B", "C"])))
      expect(why).toContain("one of 3 names assigned");
  });
});

describe("the adapter's explain", () => {
  const agent = { attributes: { configurationNames: ["Web"] }, settings: { "dsc.configurations": ["Db"] } };

  it("reads attributes and settings of an agent, and says what kind of thing it is about", () => {
    expect(dscAdapter.explain(agent).map(({ kind, name, effective }) => [kind, name, effective])).toEqual([
      ["dsc-configuration", "Db", true],
      ["dsc-configuration", "Web", false],
    ]);
    expect(dscAdapter.explain({ ...agent, family: "dsc" })).toEqual(dscAdapter.explain(agent));
  });

  it("says nothing of other families' agents, and of attributes that are none of ours", () => {
    expect(dscAdapter.explain({ ...agent, family: "puppet" })).toEqual([]);
    expect(dscAdapter.explain({ attributes: { configurationNames: "Web" }, settings: {} })).toEqual([]);
  });
});
