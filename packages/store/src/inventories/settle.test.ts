import type { Claim } from "@gatehouse/core/submissions";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHistory } from "../history/history.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { makePartitions } from "../partitions.js";
import { count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createDeadLetters } from "../submissions/dead-letters.js";
import { createInbox } from "../submissions/inbox.js";
import { LIMITS } from "../submissions/reporting.test.helper.js";
import { unpackContent } from "./contents.js";
import { inventory, rules, tell } from "./inventories.test.helper.js";

const house = useDatabase();
let agent: { agentId: string; nodeId: string };
beforeAll(async () => void (await makePartitions(house.db)));
beforeEach(async () => {
  await house.db.run("delete from nodes");
  await house.db.run("delete from inventory_entries");
  await house.db.run("delete from dead_letters");
  agent = await createNodeRegistry(house.db).enrol(enrolmentOf("web01"));
});

const packages = (...names: string[]) => names.map((name) => ({ name, version: "1" }));
const say = (...facts: ReturnType<typeof inventory>[]) =>
  tell(house.db, ...facts.map((fact) => [agent.agentId, fact] as const));
const stored = async () => {
  const rows = await house.db.run<{ name: string; size: number; content: Buffer }>(
    "select name, size, content from inventory_sections order by name",
  );
  return Object.fromEntries(rows.map(({ name, ...packed }) => [name, unpackContent(packed)]));
};
const changes = async () => {
  const page = await createHistory(house.db).of(agent.nodeId, { limit: 100 });
  return page.changes.map(({ subject, source, path }) => `${subject} ${source} ${path}`);
};
const entries = async () =>
  (
    await house.db.run<{ name: string }>(
      `select distinct e.entry ->> 'name' as name from inventory_sections s join inventory_entries e on e.id = any(s.entries) order by 1`,
    )
  ).map(({ name }) => name);
const written = () => house.db.run("select name, xmin::text, ctid::text from inventory_sections order by name");

describe("a whole inventory", () => {
  it("is stored by sections, with what it is found by; its first word is no change", async () => {
    await say(inventory({ bios: { ssn: "1" }, softwares: packages("a", "b"), versionclient: "x" }, { tag: "berlin" }));
    expect(await stored()).toEqual({ bios: { ssn: "1" }, softwares: packages("a", "b"), versionclient: "x" });
    expect([await entries(), await changes()]).toEqual([["a", "b"], []]);
    expect(
      await house.db.run(
        "select node_id, agent_id, is_collected, tag, is_complete, full_at = seen_at as full from inventories",
      ),
    ).toEqual([
      {
        node_id: agent.nodeId,
        agent_id: agent.agentId,
        is_collected: false,
        tag: "berlin",
        is_complete: true,
        full: true,
      },
    ]);
  });

  it("writes nothing of a section that is the same, and says when it came", async () => {
    await say(inventory({ softwares: packages("a"), os: [{ name: "Debian" }] }));
    const before = await written();
    const [first] = await house.db.run<{ seen_at: Date }>("select seen_at from inventories");
    await say(inventory({ softwares: packages("a"), os: [{ name: "Debian" }] }));
    expect(await written()).toEqual(before);
    const [second] = await house.db.run<{ seen_at: Date; changed_at: Date }>(
      "select seen_at, changed_at from inventories",
    );
    expect(second?.seen_at.getTime()).toBeGreaterThan(first?.seen_at.getTime() ?? Number.NaN);
    expect(second?.changed_at).toEqual(first?.seen_at);
  });

  it("notes what changed, came and went, section by section, and leaves the others alone", async () => {
    await say(inventory({ softwares: packages("a", "b"), os: [{ name: "Debian" }], gone: "x" }));
    const [os] = (await written()).filter(({ name }) => name === "os");
    await say(inventory({ softwares: packages("b", "c"), os: [{ name: "Debian" }], came: "y" }));
    expect(await stored()).toEqual({ softwares: packages("b", "c"), os: [{ name: "Debian" }], came: "y" });
    expect((await changes()).toSorted()).toEqual(
      ["came", "gone", "softwares"].map((path) => `inventory inventory ${path}`),
    );
    expect((await written()).filter(({ name }) => name === "os")).toEqual([os]);
    expect(await entries()).toEqual(["Debian", "b", "c"]);
  });

  it("keeps what is so for the moment only, and calls it no change", async () => {
    await say(inventory({ drives: [{ name: "/", now: "1" }] }));
    const [before] = await house.db.run("select changed_at, entries from inventory_sections");
    await say(inventory({ drives: [{ name: "/", now: "2" }] }));
    expect(await stored()).toEqual({ drives: [{ name: "/", now: "2" }] });
    expect(await house.db.run("select changed_at, entries from inventory_sections")).toEqual([before]);
    expect(await changes()).toEqual([]);
  });

  it("takes several of one agent in their order, and of others beside them, in one batch", async () => {
    const other = await createNodeRegistry(house.db).enrol(enrolmentOf("db01"));
    await tell(
      house.db,
      [agent.agentId, inventory({ softwares: packages("a") })],
      [other.agentId, inventory({ softwares: packages("a", "z") })],
      [agent.agentId, inventory({ softwares: packages("b") })],
      [agent.agentId, inventory({ softwares: packages("c") })],
    );
    expect(await entries()).toEqual(["a", "c", "z"]);
    expect(await changes()).toHaveLength(2);
    // What two machines have stands there once.
    expect(await count(house.db, "inventory_entries where entry ->> 'name' = 'a'")).toBe(1);
  });

  it("changes nothing when it is older than what is stored", async () => {
    await say(inventory({ softwares: packages("new") }));
    await house.db.run("update inventories set seen_at = now() + interval '1 hour'");
    await say(inventory({ softwares: packages("old") }, { evidence: [{ kind: "serial", value: "OLD-1" }] }));
    expect([await entries(), await changes()]).toEqual([["new"], []]);
    expect(await count(house.db, "node_evidence")).toBe(0);
  });

  it("stores names and texts that want to be something else as what they are", async () => {
    const hostile = JSON.parse('{"__proto__": {"a": "b"}}');
    const name = "'; drop table inventories; --";
    await say(
      inventory(
        { constructor: [{ name, version: "\0\ud800" }], ["a\0b"]: hostile, "": "empty" },
        {
          deviceId: "d\0d",
          tag: "\ud800",
          repairs: [{ path: "\0", did: "dropped", why: "w", was: "\ud800", times: 1 }],
        },
      ),
    );
    await say(inventory({ constructor: [{ name, version: "\0" }], ["a\0b"]: hostile, "": "other \0" }));
    expect(await stored()).toEqual({ "": "other \0", ab: hostile, constructor: [{ name, version: "\0" }] });
    expect(await entries()).toEqual([name]);
    expect((await changes()).toSorted()).toEqual(["inventory inventory ", "inventory inventory constructor"]);
    const changed = await createHistory(house.db).of(agent.nodeId, { limit: 1, subject: "inventory" });
    expect(changed.changes).toHaveLength(1);
  });

  it("refuses a section's name that no index takes, and stores nothing of the batch", async () => {
    await expect(say(inventory({ ["x".repeat(201)]: "y" }))).rejects.toThrow(/at most 200/);
    expect(await count(house.db, "inventories")).toBe(0);
    await house.db.run("delete from inbox");
  });
});

describe("a part", () => {
  const needsFull = async () => {
    const found = await createNodeRegistry(house.db).findAgent({ family: "dsc", kind: "agentid", value: "web01" });
    return found?.attributes["needsFull"];
  };

  it("takes the place of its sections, adds to those that are added to, and leaves the others", async () => {
    await say(inventory({ bios: { ssn: "1", vendor: "v" }, softwares: packages("a"), os: "x" }, { tag: "t" }));
    await say(inventory({ bios: { ssn: "2" }, softwares: packages("b") }, { scope: "partial" }));
    expect(await stored()).toEqual({ bios: { ssn: "2", vendor: "v" }, softwares: packages("b"), os: "x" });
    expect(await house.db.run("select tag, is_complete, full_at < seen_at as later from inventories")).toEqual([
      { tag: "t", is_complete: true, later: true },
    ]);
    expect((await changes()).toSorted()).toEqual(["inventory inventory bios", "inventory inventory softwares"]);
    // The same part again is no change: what it was put together of is compared, and not the part.
    await say(inventory({ bios: { ssn: "2" } }, { scope: "partial" }));
    expect(await changes()).toHaveLength(2);
    expect(await needsFull()).toBeUndefined();
  });

  it("without its whole is kept, and the whole is asked for until it comes", async () => {
    await say(inventory({ softwares: packages("a") }, { scope: "partial" }));
    expect(await house.db.run("select is_complete, full_at from inventories")).toEqual([
      { is_complete: false, full_at: null },
    ]);
    expect(await needsFull()).toBe(true);
    await say(inventory({ os: "x" }, { scope: "partial" }));
    expect([await needsFull(), Object.keys(await stored())]).toEqual([true, ["os", "softwares"]]);
    // An enrolment in between, which knows nothing of it, does not forget it.
    await createNodeRegistry(house.db).enrol(enrolmentOf("web01", { merge: () => ({ tag: "t" }) }));
    expect(await needsFull()).toBe(true);
    await say(inventory({ softwares: packages("a"), bios: { ssn: "1" }, os: "x" }));
    expect(await needsFull()).toBeUndefined();
    // What was not known before came with the whole: nothing of it changed.
    expect(await changes()).toEqual([]);
  });

  it("says nothing of the evidence that it does not hold", async () => {
    const evidence = [{ kind: "serial", value: "SN-77-A" } as const, { kind: "name", value: "web01" } as const];
    await say(inventory({ bios: { ssn: "1" } }, { evidence }));
    await say(inventory({ os: "x" }, { scope: "partial", evidence: [{ kind: "name", value: "web02" }] }));
    const rows = await house.db.run<{ value: string }>(
      "select value from node_evidence where source = 'inventory' order by value",
    );
    expect(rows.map(({ value }) => value)).toEqual(["SN-77-A", "web02"]);
  });

  it("of what was seen from outside makes an inventory where there is none, and asks for nothing", async () => {
    await say(inventory({ network_device: { type: "switch" } }, { scope: "discovery" }));
    expect([await needsFull(), await count(house.db, "inventories where is_complete")]).toEqual([undefined, 1]);
  });
});

describe("an inventory that could not be processed", () => {
  const lose = async (of: string) => {
    const said = { agentId: agent.agentId, kind: "test", body: Buffer.from("x"), context: { of } };
    await createSubmissions(house.db).accept(said);
    await fail();
  };
  const fail = async () => {
    const inbox = createInbox(house.db, undefined, rules);
    const claim = await inbox.claim(LIMITS);
    await claim?.settle(claim.submissions.map(failed));
    await claim?.release();
    await inbox.close();
  };
  const failed = (submission: Claim["submissions"][number]) => ({
    submission,
    failure: { code: "internal", message: "a bug", detail: null },
  });
  const asked = async () =>
    (
      await house.db.run(
        `select i.is_complete as complete, a.attributes -> 'needsFull' as asked
         from agents a left join inventories i on i.agent_id = a.id`,
      )
    )[0];

  it("is asked for as a whole: its agent takes it for known, and sends parts only", async () => {
    await lose("unsure");
    // Who never told anything is asked when the first part comes.
    expect(await asked()).toEqual({ complete: null, asked: null });
    await say(inventory({ os: "x" }));
    await lose("collected");
    expect(await asked()).toEqual({ complete: true, asked: null });
    await lose("unsure");
    expect(await asked()).toEqual({ complete: false, asked: true });
    await say(inventory({ os: "y", bios: { ssn: "1" } }, { scope: "partial" }));
    expect(await asked()).toEqual({ complete: false, asked: true });
    // It is known what was there before: this is history.
    expect((await changes()).toSorted()).toEqual(["inventory inventory bios", "inventory inventory os"]);
    await say(inventory({ os: "y" }));
    expect(await asked()).toEqual({ complete: true, asked: null });
  });

  it("is not asked for where all of it came after that, and when it fails again", async () => {
    await say(inventory({ os: "x" }));
    await lose("unsure");
    await say(inventory({ os: "y" }));
    expect(await createDeadLetters(house.db).redriveAll()).toBe(1);
    await fail();
    expect([await asked(), await count(house.db, "dead_letters")]).toEqual([{ complete: true, asked: null }, 1]);
  });
});

describe("what is seen from outside", () => {
  const seen = (contents: Record<string, unknown>) =>
    inventory(contents, { scope: "discovery", itemType: "Unmanaged", versionClient: "5.1" });

  it("takes nothing from what was told in full, and says when it was seen", async () => {
    const whole = {
      network_device: { type: "Networking", ram: 512 },
      firmwares: packages("ios"),
      versionclient: "6.0",
    };
    await say(inventory(whole, { itemType: "NetworkEquipment" }));
    const [before] = await house.db.run<{ at: Date }>("select seen_at as at from inventories");
    await say(seen({ network_device: { type: "Unmanaged" }, firmwares: packages("1.2"), versionclient: "5.1" }));
    expect([await stored(), await changes()]).toEqual([whole, []]);
    expect(await house.db.run("select item_type, seen_at > $1 as later from inventories", [before?.at])).toEqual([
      { item_type: "NetworkEquipment", later: true },
    ]);
  });

  it("is no whole: what comes with the first one is no change", async () => {
    await say(seen({ network_device: { type: "Networking" } }));
    await say(inventory({ network_device: { type: "Networking" }, network_ports: packages("a", "b") }));
    expect(await changes()).toEqual([]);
    await say(seen({ network_device: { type: "Networking" } }), seen({ network_device: { type: "Power" } }));
    expect([await changes(), await count(house.db, "inventory_sections")]).toEqual([[], 2]);
  });

  it("again is what is seen now, where the whole never came", async () => {
    await say(seen({ network_device: { type: "Networking", name: "a" } }));
    await say(seen({ network_device: { type: "Power" } }));
    expect(await stored()).toEqual({ network_device: { type: "Power" } });
  });
});

it("leaves nothing behind where the transaction fails on its way", async () => {
  await say(inventory({ softwares: packages("a") }));
  const before = await stored();
  await house.db.run("alter table changes add constraint test_refuses check (path <> 'softwares') not valid");
  await expect(say(inventory({ softwares: packages("b") }))).rejects.toThrow(/test_refuses/);
  await house.db.run("alter table changes drop constraint test_refuses");
  expect([await stored(), await entries(), await count(house.db, "inbox")]).toEqual([before, ["a"], 1]);
  await house.db.run("delete from inbox");
});
