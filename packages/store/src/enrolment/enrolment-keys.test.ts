import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { SecretBox } from "../secret-box.js";
import { count, until, useDatabase } from "../store.test.helper.js";
import { createEnrolmentKeys } from "./enrolment-keys.js";

const house = useDatabase();
const box = new SecretBox(randomBytes(32));
const keys = () => createEnrolmentKeys(house.db, box);
const add = (name: string, secret = `secret of ${name}`, protocol = "dsc") => keys().add({ protocol, name, secret });
beforeEach(() => house.db.run("delete from enrolment_keys"));

describe("EnrolmentKeys", () => {
  it("opens the active keys of a protocol, oldest first", async () => {
    for (const name of ["c", "a", "b"]) await add(name);
    await add("other", "secret", "puppet");
    expect((await keys().active("dsc")).map(({ name, secret }) => [name, secret])).toEqual([
      ["c", "secret of c"],
      ["a", "secret of a"],
      ["b", "secret of b"],
    ]);
  });

  it("lists keys without their secrets, the revoked ones too", async () => {
    const made = await add("listed");
    expect(made).toEqual({ id: made.id, protocol: "dsc", name: "listed", createdAt: made.createdAt, revokedAt: null });
    await keys().revoke("dsc", "listed");
    const [listed] = await keys().list("dsc");
    expect(listed).toEqual({ ...made, revokedAt: expect.any(Date) });
  });

  it("revokes by name and by id, of its own protocol, once", async () => {
    const made = await add("by id");
    await add("by name");
    expect(await keys().revoke("puppet", "by name")).toBe(false);
    expect(await keys().revoke("puppet", made.id)).toBe(false);
    expect(await keys().revoke("dsc", "by name")).toBe(true);
    expect(await keys().revoke("dsc", made.id)).toBe(true);
    expect(await keys().revoke("dsc", made.id)).toBe(false);
    expect(await keys().revoke("dsc", "by name")).toBe(false);
    expect(await keys().active("dsc")).toEqual([]);
  });

  it("has no key under a name that PostgreSQL cannot hold", async () => {
    expect(await keys().revoke("dsc", "\0")).toBe(false);
  });

  it("takes a name again when it was revoked, not before", async () => {
    const first = await add("reused", "one");
    await expect(add("reused", "two")).rejects.toMatchObject({ code: "conflict" });
    expect((await add("reused", "three", "puppet")).id).not.toBe(first.id);
    await keys().revoke("dsc", "reused");
    await add("reused", "four");
    expect((await keys().active("dsc")).map(({ secret }) => secret)).toEqual(["four"]);
  });

  it("lets one of two concurrent keys have the name", async () => {
    const results = await Promise.allSettled([add("raced", "one"), add("raced", "two")]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("lets one of five that come at once add a key, whatever they call it, and tells the others what is so", async () => {
    const secret = "0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e";
    const names = ["a", "b", "c", "d", "e"];
    const results = await house.db
      .transaction(async (run) => {
        // They read the keys before one of them can write.
        await run("lock table enrolment_keys in share mode");
        const adding = Promise.allSettled(names.map((name) => add(name, secret)));
        const waiting =
          "pg_locks l join pg_database d on d.oid = l.database where not l.granted and d.datname = current_database()";
        await until("all five are on their way", async () => (await count(house.db, waiting)) === names.length);
        return { adding };
      })
      .then(({ adding }) => adding);
    const [live, ...more] = await keys().active("dsc");
    expect([names.includes(live?.name ?? ""), more]).toEqual([true, []]);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    const late = await add("late", secret).catch((thrown: unknown) => thrown);
    expect(late).toMatchObject({ code: "conflict", message: expect.stringContaining(`the name ${live?.name}`) });
    expect(refused).toEqual([late, late, late, late]);
  });

  it("adds many of several protocols at once, or none", async () => {
    const many = Array.from({ length: 600 }, (_, i) => ({ protocol: "dsc", name: `k${i}`, secret: `s${i}` }));
    await keys().addAll([...many, { protocol: "puppet", name: "k0", secret: "s0" }]);
    expect([(await keys().active("dsc")).length, (await keys().active("puppet")).length]).toEqual([600, 1]);
    const fresh = { protocol: "dsc", name: "fresh", secret: "fresh" };
    for (const taken of [
      { ...fresh, name: "k5", secret: "other" },
      { ...fresh, name: "again" },
    ])
      await expect(keys().addAll([fresh, taken])).rejects.toMatchObject({ code: "conflict" });
    expect(await keys().active("dsc")).toHaveLength(600);
  });

  it("keeps the secret's text out of the table", async () => {
    const secret = "0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e";
    await add("sealed", secret);
    const [row] = await house.db.run<{ bytes: Buffer; text: string }>(
      "select secret as bytes, k::text as text from enrolment_keys k where name = 'sealed'",
    );
    for (const form of [secret, Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64")]) {
      expect(row?.bytes.includes(form)).toBe(false);
      expect(row?.text.includes(form)).toBe(false);
    }
    expect(row?.bytes.length).toBeGreaterThan(secret.length);
  });

  it("opens with no other instance key, and not in another row", async () => {
    await add("one");
    await add("two");
    const other = createEnrolmentKeys(house.db, new SecretBox(randomBytes(32)));
    await expect(other.active("dsc")).rejects.toThrow();
    await house.db.run(
      "update enrolment_keys set secret = (select secret from enrolment_keys where name = 'one') where name = 'two'",
    );
    await expect(keys().active("dsc")).rejects.toThrow();
  });

  it("keeps keys that hold any text", async () => {
    const secret = "Grüße 🐘 '; drop table nodes;-- \\ %";
    await add("text", secret);
    expect((await keys().active("dsc"))[0]?.secret).toBe(secret);
    expect(await count(house.db, "nodes")).toBe(0);
  });
});
