import { PART_BYTES } from "@gatehouse/core/packages";
import { expect, it } from "vitest";
import { dropStagedBlobs } from "../content/blob-rows.js";
import { useContent } from "../content/content.test.helper.js";
import { createJobs } from "../jobs/jobs.js";
import { fleetOn, orderFor } from "../jobs/jobs.test.helper.js";
import { bytesOf, packageOf, packagesOn } from "./packages.test.helper.js";
import { dropLooseVersions } from "./withdraw.js";

const content = useContent();
const { packages, staged, fetched, agedBlobs } = packagesOn(content);
const fleet = fleetOn(content);
const jobs = () => createJobs(content.db);
const deploy = (name: string, version?: number) => ({
  work: { task: "deploy" as const, spec: { package: name, ...(version !== undefined && { version }) } },
});
const collect = async () => {
  await agedBlobs();
  return dropStagedBlobs(content.db, 24);
};

it("collection never takes what a version needs, and takes the files that it was cut from", async () => {
  const bytes = bytesOf("kept", 2 * PART_BYTES + 5);
  const { published } = await packages().publish(packageOf("Kept", [await staged("a", bytes)]));
  expect(await collect()).toBe(1);
  expect(await collect()).toBe(0);
  const version = await packages().version("Kept", 1);
  expect(version).toEqual(published);
  expect(Buffer.compare(await fetched(published.files[0] as never), bytes)).toBe(0);
});

it("an order is for the newest version, by its number from then on, or for the one that it says", async () => {
  const agent = await fleet.join("pinned");
  await packages().publish(packageOf("Pinned", []));
  const first = await jobs().create(orderFor([agent], deploy("pinned")), "ann");
  expect(first.order.work).toEqual({ task: "deploy", spec: { package: "Pinned", version: 1 } });
  await packages().publish(packageOf("Pinned", [], { description: "newer" }));
  expect((await jobs().create(orderFor([agent], deploy("PINNED")), "ann")).order.work.spec).toMatchObject({
    version: 2,
  });
  expect((await jobs().create(orderFor([agent], deploy("pinned", 1)), "ann")).order.work.spec).toMatchObject({
    version: 1,
  });
  expect((await jobs().order(first.order.id))?.work).toEqual(first.order.work);
  for (const version of [3, 0, 2_000_000_000])
    await expect(jobs().create(orderFor([agent], deploy("pinned", version)), "ann")).rejects.toMatchObject({
      code: "not-found",
    });
});

it("a package that is withdrawn is for no new job; versions that jobs name stay, until they are gone", async () => {
  const agent = await fleet.join("withdrawn");
  const publish = async (seed: string) =>
    packages().publish(packageOf("Withdrawn", [await staged("a", bytesOf(seed, PART_BYTES + 1))]));
  await publish("w1");
  const { order } = await jobs().create(orderFor([agent], deploy("Withdrawn")), "ann");
  await publish("w2");
  await collect();
  const identity = (await packages().identities()).get("Withdrawn");
  expect(await packages().withdraw("WITHDRAWN")).toBe(true);
  expect(await packages().withdraw("Withdrawn")).toBe(false);
  await expect(jobs().create(orderFor([agent], deploy("Withdrawn")), "ann")).rejects.toMatchObject({
    code: "not-found",
  });
  await expect(jobs().create(orderFor([agent], deploy("Withdrawn", 1)), "ann")).rejects.toMatchObject({
    code: "not-found",
  });
  expect(await packages().versions("Withdrawn")).toEqual([]);
  expect(await packages().list()).not.toContainEqual(expect.objectContaining({ name: "Withdrawn" }));
  // The second version's two parts; its manifest stays with its number.
  expect(await collect()).toBe(2);
  const named = await packages().version("Withdrawn", 1);
  expect(Buffer.compare(await fetched(named?.files[0] as never), bytesOf("w1", PART_BYTES + 1))).toBe(0);
  expect(await packages().version("Withdrawn", 2)).toBeUndefined();

  expect(await dropLooseVersions(content.db)).toBe(0);
  await content.db.run("delete from job_orders where id = $1", [order.id]);
  expect(await dropLooseVersions(content.db)).toBe(1);
  expect(await collect()).toBe(2);
  expect(await packages().version("Withdrawn", 1)).toBeUndefined();
  // It comes back under a number that was never given, and is another one.
  await publish("w1");
  expect((await packages().versions("Withdrawn")).map(({ version }) => version)).toEqual([3]);
  expect((await packages().identities()).get("Withdrawn")).not.toBe(identity);
});

it("versions of a package that is there stay, whether jobs name them or not", async () => {
  await packages().publish(packageOf("Stays", [await staged("a", bytesOf("st1", 3))]));
  await packages().publish(packageOf("Stays", [await staged("a", bytesOf("st2", 3))]));
  await dropLooseVersions(content.db);
  await collect();
  const versions = await packages().versions("Stays");
  expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  expect(await fetched(versions[1]?.files[0] as never)).toEqual(bytesOf("st1", 3));
});

it("parts that another package has too stay", async () => {
  const file = await staged("a", bytesOf("shared", PART_BYTES));
  await packages().publish(packageOf("Shared 1", [file]));
  const { published } = await packages().publish(packageOf("Shared 2", [file]));
  await packages().withdraw("Shared 1");
  await collect();
  expect(await fetched(published.files[0] as never)).toEqual(bytesOf("shared", PART_BYTES));
});

it("an order and a withdrawal at once: the version stays, or there is no order", async () => {
  const agent = await fleet.join("at-once");
  for (let i = 0; i < 10; i++) {
    const name = `At once ${i}`;
    const { published } = await packages().publish(packageOf(name, []));
    const [ordered, withdrawn] = await Promise.allSettled([
      jobs().create(orderFor([agent], deploy(name)), "ann"),
      packages().withdraw(name),
    ]);
    expect(withdrawn).toEqual({ status: "fulfilled", value: true });
    expect(await packages().version(name, 1)).toEqual(ordered.status === "fulfilled" ? published : undefined);
    if (ordered.status === "rejected") expect(ordered.reason).toMatchObject({ code: "not-found" });
  }
});
