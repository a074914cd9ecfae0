import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createAgentSecrets } from "./agent-secrets.js";
import { createNodeRegistry } from "./nodes/registry.js";
import { SecretBox } from "./secret-box.js";
import { count, enrolmentOf, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const key = randomBytes(32);
const secrets = (of = key) => createAgentSecrets(house.db, new SecretBox(of));
const NAME = "httpd.inventory.token";
let [a, b] = ["", ""];
beforeEach(async () => {
  a = (await createNodeRegistry(house.db).enrol(enrolmentOf("a"))).agentId;
  b = (await createNodeRegistry(house.db).enrol(enrolmentOf("b"))).agentId;
});

describe("what an agent said in confidence", () => {
  it("is given back as it was, the last word of each name, and of each agent its own", async () => {
    await secrets().put(a, NAME, "first");
    await secrets().put(a, NAME, "s\0cret ü");
    await secrets().put(b, NAME, "another");
    expect([await secrets().get(a, NAME), await secrets().get(b, NAME)]).toEqual(["s\0cret ü", "another"]);
    expect([await secrets().get(a, "other"), await secrets().get("no uuid", NAME)]).toEqual([undefined, undefined]);
  });

  it("cannot be read in the database, opens under no other key, and in no other row", async () => {
    await secrets().put(a, NAME, "in plain words");
    const [row] = await house.db.run<{ secret: Buffer }>("select secret from agent_secrets where agent_id = $1", [a]);
    expect(row?.secret.includes("plain")).toBe(false);
    await expect(secrets(randomBytes(32)).get(a, NAME)).rejects.toThrow(/changed in the database/);
    await secrets().put(b, NAME, "x");
    await house.db.run("update agent_secrets set secret = $2 where agent_id = $1", [b, row?.secret]);
    await expect(secrets().get(b, NAME)).rejects.toThrow(/changed in the database/);
  });

  it("goes with the agent, and is taken of none that is not there", async () => {
    await secrets().put(a, NAME, "x");
    await house.db.run("delete from nodes");
    expect(await count(house.db, "agent_secrets")).toBe(0);
    await expect(secrets().put(a, NAME, "x")).rejects.toMatchObject({ code: "not-found" });
    await expect(secrets().put("no uuid", NAME, "x")).rejects.toMatchObject({ code: "not-found" });
  });
});
