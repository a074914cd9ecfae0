import { PART_BYTES } from "@gatehouse/core/packages";
import { expect, it } from "vitest";
import { dropStagedBlobs } from "../content/blob-rows.js";
import { useContent } from "../content/content.test.helper.js";
import type { Database } from "../database.js";
import { count } from "../store.test.helper.js";
import { createPackages } from "./packages.js";
import { bytesOf, packageOf, packagesOn, sha512 } from "./packages.test.helper.js";

const content = useContent();
const { packages, staged, fetched, agedBlobs } = packagesOn(content);

it("cuts files into parts of a MiB, each a gzip member of its own, from which agents make them", async () => {
  const sizes = [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 7];
  const bytes = sizes.map((size) => bytesOf(`cut ${size}`, size));
  const files = await Promise.all(bytes.map((each, i) => staged(`file ${i}`, each)));
  const { published, changed } = await packages().publish(packageOf("Cut", files));
  expect(changed).toBe(true);
  expect(published).toMatchObject({ name: "Cut", version: 1, publishedBy: "ann", publishedAt: expect.any(Date) });
  expect(published.files.map(({ parts }) => parts.length)).toEqual([1, 1, 1, 1, 2, 4]);
  for (const [i, file] of published.files.entries()) {
    const whole = bytes[i] as Buffer;
    expect(file).toMatchObject({
      name: `file ${i}`,
      sha512: sha512(whole),
      size: whole.length,
      uncompress: false,
      p2p: false,
    });
    expect(Buffer.compare(await fetched(file), whole)).toBe(0);
    expect(file).not.toHaveProperty("sha256");
  }
});

it("gives the same version again, of any gateway, and as one object while it is kept", async () => {
  const said = packageOf("Same", [await staged("a", bytesOf("same", 100))], {
    description: "what it is for",
    checks: [{ type: "freespaceGreater", path: "/", value: "10", return: "error" }],
    userInteractions: [{ event: "before", title: "Now?", timeout: 5 }],
    wantsSoftware: true,
  });
  const { published } = await packages().publish(said);
  const one = packages();
  const read = await one.version("sAME", 1);
  expect(read).toEqual(published);
  expect(await one.version("Same", 1)).toBe(read);
  expect(await one.versions("same")).toEqual([published]);
  for (const number of [0, 2, -1, 1.5, Number.NaN, 2 ** 31, 2 ** 53])
    expect(await one.version("Same", number)).toBeUndefined();
  for (const name of ["none", "", "Same\u0001", "../Same"]) expect(await one.version(name, 1)).toBeUndefined();
  // Text that PostgreSQL cannot have is cleaned, as everywhere.
  expect(await one.version("Same\0", 1)).toEqual(published);
});

it("makes nothing of what the newest version is already, also without the bytes", async () => {
  const files = [await staged("a", bytesOf("unchanged", 2 * PART_BYTES))];
  const first = await packages().publish(packageOf("Unchanged", files));
  await agedBlobs();
  await dropStagedBlobs(content.db, 24);
  expect(await content.store().stored(files.map(({ sha256 }) => sha256))).toEqual([]);
  const again = await packages().publish(packageOf("UNCHANGED", files, { by: "bob" }));
  expect(again).toEqual({ published: first.published, changed: false });
  expect(await packages().isCurrent(packageOf("unchanged", files))).toBe(true);
  expect(await packages().isCurrent(packageOf("unchanged", files, { description: "other" }))).toBe(false);
  expect(await packages().isCurrent(packageOf("no such", files))).toBeUndefined();
});

it("whatever is said otherwise makes another version; the order of keys is nothing said", async () => {
  const file = await staged("a", bytesOf("otherwise", 10));
  const publish = async (said: Parameters<typeof packageOf>[2], files = [file]) => {
    const { published, changed } = await packages().publish(packageOf("Otherwise", files, said));
    return changed ? published.version : "as it was";
  };
  expect(await publish({})).toBe(1);
  expect(await publish({ actions: [{ copy: { from: "a", to: "b" } }] })).toBe(2);
  expect(await publish({ actions: [{ copy: { to: "b", from: "a" } }] })).toBe("as it was");
  expect(await publish({ wantsSoftware: true })).toBe(3);
  expect(await publish({}, [{ ...file, uncompress: true }])).toBe(4);
  expect(await publish({}, [{ ...file, uncompress: true, p2p: false, p2pRetentionMinutes: 0 }])).toBe("as it was");
  expect(await publish({}, [{ ...file, name: "b" }])).toBe(5);
  expect(await publish({})).toBe(6);
});

it("takes the parts of the newest version where a file is the same, without its bytes", async () => {
  const [large, small] = [
    await staged("large", bytesOf("large", 3 * PART_BYTES)),
    await staged("small", bytesOf("s1", 9)),
  ];
  const { published: first } = await packages().publish(packageOf("Reuse", [large, small]));
  await agedBlobs();
  await dropStagedBlobs(content.db, 24);
  const other = await staged("small", bytesOf("s2", 9));
  expect(await packages().lacks("reuse", [large.sha256, small.sha256, other.sha256, "0".repeat(64)])).toEqual([
    "0".repeat(64),
  ]);
  expect(await packages().lacks("another", [large.sha256])).toEqual([large.sha256]);
  const { published: second } = await packages().publish(packageOf("Reuse", [{ ...large, p2p: true }, other]));
  expect(second.files[0]).toEqual({ ...first.files[0], p2p: true });
  // Both versions have the part, and it is found once.
  expect(await packages().partBy(first.files[0]?.parts[0]?.sha512 ?? "")).toMatchObject({ sha256: expect.any(String) });
});

it("what waits to be published has a day again when it is asked for", async () => {
  const file = await staged("a", bytesOf("asked", 10));
  await agedBlobs();
  expect(await packages().lacks("Asked", [file.sha256])).toEqual([]);
  await dropStagedBlobs(content.db, 24);
  expect(await packages().publish(packageOf("Asked", [file]))).toMatchObject({ changed: true });
});

it("refuses bytes that are not stored, or have another size; nothing is made then", async () => {
  const file = await staged("a", bytesOf("refused", 10));
  const before = await count(content.db, "artifacts");
  const publish = (...files: Parameters<typeof packageOf>[1]) => packages().publish(packageOf("Refused", files));
  await expect(publish(file, { name: "b", sha256: "0".repeat(64), size: 1 })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/"b"/),
  });
  await expect(publish({ ...file, size: 11 })).rejects.toMatchObject({ code: "request-malformed" });
  await expect(publish({ ...file, name: "../a" })).rejects.toMatchObject({ code: "request-malformed" });
  await expect(packages().publish(packageOf("a/b", []))).rejects.toMatchObject({ code: "name-invalid" });
  expect(await count(content.db, "artifacts")).toBe(before);
  expect(await packages().versions("Refused")).toEqual([]);
});

it("several that publish the same at once make one version; others take turns", async () => {
  const [a, b] = [
    await staged("a", bytesOf("race a", 2 * PART_BYTES)),
    await staged("b", bytesOf("race b", PART_BYTES)),
  ];
  const same = await Promise.all(Array.from({ length: 4 }, () => packages().publish(packageOf("Race", [a, b]))));
  expect(same.map(({ changed }) => changed).sort()).toEqual([false, false, false, true]);
  expect(new Set(same.map(({ published }) => published.version))).toEqual(new Set([1]));
  const others = await Promise.all(
    [[a, b], [b, a], [b]].map((files, i) => packages().publish(packageOf("Race", files, { description: `${i}` }))),
  );
  expect(others.map(({ published }) => published.version).sort()).toEqual([2, 3, 4]);
});

it("an interrupted publication leaves nothing that agents see, and nothing for good", async () => {
  const before = await count(content.db, "blobs where staged_at is not null");
  const file = await staged("a", bytesOf("interrupted", 2 * PART_BYTES + 1));
  const whole = packages();
  // The last transaction of a publication is the one that makes the version.
  const broken: Pick<Database, "run" | "read" | "transaction"> = {
    run: (statement, values) => content.db.run(statement, values),
    read: (statement, values) => content.db.read(statement, values),
    transaction: (work) =>
      content.db.transaction(async (run, copy) => {
        const result = await work(run, copy);
        if ((await run("select from artifacts where name = 'Interrupted'")).length > 0)
          throw new Error("the power went");
        return result;
      }),
  };
  await expect(createPackages(broken).publish(packageOf("Interrupted", [file]))).rejects.toThrow("the power went");
  expect(await whole.version("Interrupted", 1)).toBeUndefined();
  expect((await whole.list()).map(({ name }) => name)).not.toContain("Interrupted");
  const parts = await content.db.run<{ sha512: string }>(
    "select from package_parts p join artifact_versions v on v.id = p.version_id join artifacts a on a.id = v.artifact_id where a.name = 'Interrupted'",
  );
  expect(parts).toEqual([]);
  // The file and its three parts.
  const waiting = "blobs where staged_at is not null";
  expect(await count(content.db, waiting)).toBe(before + 4);
  await agedBlobs();
  await dropStagedBlobs(content.db, 24);
  expect(await count(content.db, waiting)).toBe(0);
});

it("publishes inside another's transaction too, whole or not at all", async () => {
  const file = await staged("a", bytesOf("bound", PART_BYTES + 1));
  await expect(
    content.db.atomically(async (bound) => {
      const first = await createPackages(bound).publish(packageOf("Bound", [file]));
      expect(await createPackages(bound).publish(packageOf("Bound", [file]))).toEqual({ ...first, changed: false });
      expect(await createPackages(bound).versions("Bound")).toEqual([first.published]);
      throw new Error("undone");
    }),
  ).rejects.toThrow("undone");
  expect(await packages().list()).not.toContainEqual(expect.objectContaining({ name: "Bound" }));
  const made = await content.db.atomically((bound) => createPackages(bound).publish(packageOf("Bound", [file])));
  expect(await packages().version("Bound", 1)).toEqual(made.published);
});

it("lists packages by name, each by its newest version", async () => {
  await content.db.run("delete from channels");
  const file = await staged("a", bytesOf("listed", 5));
  await packages().publish(packageOf("b listed", [file, await staged("b", bytesOf("listed too", 5))]));
  await packages().publish(packageOf("A listed", [file]));
  await packages().publish(packageOf("A listed", [], { description: "newer", by: "bob" }));
  expect(await packages().list()).toEqual([
    {
      ...{ name: "A listed", version: 2, description: "newer", publishedAt: expect.any(Date), publishedBy: "bob" },
      ...{ files: 0, bytes: 0 },
    },
    {
      ...{ name: "b listed", version: 1, description: null, publishedAt: expect.any(Date), publishedBy: "ann" },
      ...{ files: 2, bytes: 10 },
    },
  ]);
});

it("finds no part by what is no digest, and none that is a blob of something else", async () => {
  const bytes = bytesOf("secret", 100);
  await staged("secret", bytes);
  for (const said of [
    sha512(bytes),
    "",
    "../../etc",
    "0".repeat(127),
    "A".repeat(128),
    "0".repeat(129),
    `${"0".repeat(127)}\0`,
  ])
    expect(await packages().partBy(said)).toBeUndefined();
});

it("keeps hostile texts as texts", async () => {
  const exec = "a\0b\ud800'; drop table artifacts; --";
  const envs = JSON.parse('{"__proto__":"x"}');
  const said = packageOf("Hostile", [], { description: "d\0\udc00", actions: [{ cmd: { exec, envs } }] });
  const { published } = await packages().publish(said);
  expect(published.description).toBe("d\ufffd");
  expect(JSON.stringify((await packages().version("hostile", 1))?.actions)).toBe(
    `[{"cmd":{"exec":"ab\ufffd'; drop table artifacts; --","envs":{"__proto__":"x"}}}]`,
  );
  expect(await packages().publish(said)).toMatchObject({ changed: false });
});
