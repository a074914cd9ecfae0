import { beforeAll, describe, expect, it } from "vitest";
import { aliasOf, count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const DIRT = "a\0b\ud800c";
const CLEAN = "ab\ufffdc";

describe("what PostgreSQL cannot hold", () => {
  let nodeId = "";
  let agentId = "";
  beforeAll(async () => {
    const detail = { [DIRT]: [DIRT, { deep: DIRT }] };
    const enrolment = enrolmentOf("", {
      alias: { family: "dsc", kind: DIRT, value: DIRT },
      nodeName: DIRT,
      role: DIRT,
      evidence: [{ kind: "name", value: DIRT }],
      detail,
      merge: () => detail,
    });
    const first = await registry().enrol(enrolment);
    ({ nodeId, agentId } = first);
    expect(await registry().enrol(enrolment)).toEqual({ ...first, created: false });
  });

  it("is cleaned in every leaf of a node", async () => {
    const [node] = await registry().find(nodeId);
    const cleaned = { [CLEAN]: [CLEAN, { deep: CLEAN }] };
    expect(node?.name).toBe(CLEAN);
    expect(node?.evidence).toEqual([{ kind: "name", value: CLEAN }]);
    expect(node?.agents[0]?.attributes).toEqual(cleaned);
    expect(node?.agents[0]?.aliases).toEqual([{ family: "dsc", kind: CLEAN, value: CLEAN }]);
    const rows = await house.db.run("select role, detail, times from registrations where agent_id = $1", [agentId]);
    expect(rows).toEqual([{ role: CLEAN, detail: cleaned, times: 2 }]);
  });

  it("finds the agent again under the very alias it gave", async () => {
    expect((await registry().findAgent({ family: "dsc", kind: DIRT, value: DIRT }))?.agentId).toBe(agentId);
    expect((await registry().find(DIRT)).map(({ id }) => id)).toEqual([nodeId]);
  });

  it("is cleaned in settings, names and values", async () => {
    expect(await registry().setSetting(nodeId, DIRT, [DIRT, { [DIRT]: DIRT }])).toBe(true);
    expect((await registry().find(nodeId))[0]?.settings).toEqual({ [CLEAN]: [CLEAN, { [CLEAN]: CLEAN }] });
    expect(await registry().setSetting(nodeId, DIRT, undefined)).toBe(true);
    expect((await registry().find(nodeId))[0]?.settings).toEqual({});
  });
});

describe("what SQL could take for its own", () => {
  it.each(["'; drop table nodes;--", "%", "_", "\\", "\\'", '"; select 1', "$1", "{a,b}", "null", "\r\n\t"])(
    "keeps %j as it is",
    async (text) => {
      const merge = () => ({ [text]: text });
      const evidence = [{ kind: "serial", value: text }] as const;
      const { nodeId } = await registry().enrol(enrolmentOf(text, { nodeName: text, evidence, merge }));
      await registry().setSetting(nodeId, text, text);
      const found = await registry().find(text);
      expect(found.map(({ id }) => id)).toEqual([nodeId]);
      expect(found[0]).toMatchObject({ name: text, evidence, settings: { [text]: text } });
      expect(found[0]?.agents[0]).toMatchObject({ aliases: [aliasOf(text)], attributes: { [text]: text } });
    },
  );

  it("left the table where it was", async () => {
    expect(await count(house.db, "nodes")).toBeGreaterThan(9);
  });
});
