import { CURRENT } from "@gatehouse/core/content";
import { describe, expect, it } from "vitest";
import { sha256, useContent } from "./content.test.helper.js";

const content = useContent();
const digest = (text: string) => sha256(Buffer.from(text));
const versionsWith = (...texts: string[]) => content.store().versionsWith("k", texts.map(digest));

describe("ContentStore.versionsWith", () => {
  it("finds published versions by their bytes, and says which are in force", async () => {
    for (const text of ["one", "two", "three"]) await content.publish("Web", text);
    const found = await versionsWith("two", "three", "nothing like it");
    expect(found.toSorted((a, b) => a.version - b.version)).toEqual([
      { sha256: digest("two"), name: "Web", channel: CURRENT, version: 2, current: false },
      { sha256: digest("three"), name: "Web", channel: CURRENT, version: 3, current: true },
    ]);
    await content.store().moveChannel("k", "web", CURRENT, 2);
    expect(await versionsWith("two")).toMatchObject([{ version: 2, current: true }]);
    expect(await versionsWith("three")).toMatchObject([{ version: 3, current: false }]);
  });

  it("says of each name and digest one version: the one in force, else the newest", async () => {
    for (const text of ["a", "b", "a", "c"]) await content.publish("Again", text);
    expect(await versionsWith("a")).toMatchObject([{ version: 3, current: false }]);
    await content.store().moveChannel("k", "again", CURRENT, 1);
    expect(await versionsWith("a")).toMatchObject([{ version: 1, current: true }]);
  });

  it("says all names of the same bytes, and each digest once however often it is asked", async () => {
    for (const name of ["x", "Y"]) await content.publish(name, "shared");
    expect((await versionsWith("shared", "shared")).map(({ name }) => name)).toEqual(["x", "Y"]);
  });

  it("says a channel of several that point at the same bytes", async () => {
    await content.publish("Module", "same module", { channel: "1.0" });
    await content.publish("Module", "other", { channel: "1.0" });
    await content.publish("Module", "same module", { channel: "2.0" });
    expect(await versionsWith("same module")).toMatchObject([{ channel: "2.0", version: 3, current: true }]);
  });

  it("keeps kinds apart", async () => {
    await content.publish("Apart", "of a kind", { kind: "other" });
    expect(await versionsWith("of a kind")).toEqual([]);
    expect(await content.store().versionsWith("other", [digest("of a kind")])).toHaveLength(1);
  });

  it("finds nothing for what is no digest, and takes digests in upper case", async () => {
    await content.publish("Hex", "hex");
    for (const hostile of [
      [],
      [""],
      ["xyz"],
      ["'; drop table blobs;--"],
      [digest("hex").slice(0, 62)],
      [`${digest("hex")}00`],
      ["\0"],
    ]) {
      expect(await content.store().versionsWith("k", hostile)).toEqual([]);
    }
    expect(await content.store().versionsWith("k", [digest("hex").toUpperCase()])).toMatchObject([
      { sha256: digest("hex") },
    ]);
  });
});
