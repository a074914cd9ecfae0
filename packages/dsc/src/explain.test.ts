import type { Source } from "@gatehouse/core/assignment";
import { describe, expect, it } from "vitest";
import { explainConfigurations } from "./explain.js";
import { dscAdapter } from "./index.js";

type Given = Parameters<typeof explainConfigurations>;
const node = (registered: string[], assigned: string[] = [], source: Source = { by: "hand" }): Given => [
  { attributes: { configurationNames: registered } },
  assigned.length === 0
    ? []
    : [{ setting: "dsc.configurations", value: assigned, from: [source], considered: [], conflicts: [] }],
];
const brief = (...given: Parameters<typeof node>) =>
  explainConfigurations(...node(...given)).map(({ name, source, effective }) => [name, source, effective]);

describe("explainConfigurations", () => {
  it("has nothing to say of a node without names", () => {
    expect(explainConfigurations(...node([]))).toEqual([]);
  });

  it("says that a name was registered, and that nothing comes before it", () => {
    expect(explainConfigurations(...node(["Web"]))).toEqual([
      {
        name: "Web",
        source: "registered by the agent",
        effective: true,
        why: "The agent registered it, and nothing is assigned.",
      },
    ]);
  });

  it("puts an assignment before what was registered, which may still be fetched", () => {
    expect(brief(["Web"], ["Db"])).toEqual([
      ["Db", "assigned by hand", true],
      ["Web", "registered by the agent", false],
    ]);
    const [assigned, registered] = explainConfigurations(...node(["Web"], ["Db"]));
    expect(assigned?.why).toContain("comes before");
    expect(registered?.why).toContain("still fetch it");
  });

  it("has a name once, whatever its letter case, as the assigned one", () => {
    expect(brief(["web"], ["Web"])).toEqual([["Web", "assigned by hand", true]]);
  });

  it("names the group that gave it", () => {
    const [web] = explainConfigurations(...node([], ["Web"], { by: "group", group: "front" }));
    expect(web).toMatchObject({ source: "assigned by the group front", effective: true });
    expect(web?.why).toContain("assigned by the group front");
  });

  it("says that several names are for partial configurations", () => {
    for (const { why } of explainConfigurations(...node(["A", "B"])))
      expect(why).toContain("one of 2 names registered");
    for (const { why } of explainConfigurations(...node([], ["A", "B", "C"])))
      expect(why).toContain("one of 3 names assigned");
  });
});

describe("the adapter's explain", () => {
  const [agent, settings] = node(["Web"], ["Db"]);

  it("reads an agent's attributes and its node's settings, and says what kind of thing it is about", () => {
    const found = dscAdapter.explain({ ...agent, family: "dsc" }, settings);
    expect(found.map(({ kind, name, effective }) => [kind, name, effective])).toEqual([
      ["dsc-configuration", "Db", true],
      ["dsc-configuration", "Web", false],
    ]);
  });

  it("says nothing of other families' agents, and of attributes that are none of ours", () => {
    expect(dscAdapter.explain({ ...agent, family: "puppet" }, settings)).toEqual([]);
    expect(dscAdapter.explain({ attributes: { configurationNames: "Web" }, family: "dsc" }, [])).toEqual([]);
  });
});
