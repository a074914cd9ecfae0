import { describe, expect, it } from "vitest";
import { sections } from "./schema/sections.js";
import { searchable, searchableFields } from "./searchable.js";

describe("searchable", () => {
  it("has the fields that people search by, each entry once", () => {
    const openssl = {
      name: "openssl",
      version: "3.0.11",
      arch: "amd64",
      publisher: "Debian",
      filesize: 7,
      from: "deb",
    };
    expect(
      searchable("softwares", [openssl, { ...openssl, filesize: 8 }, { name: "bash" }, { comments: "x" }]),
    ).toEqual([{ name: "openssl", version: "3.0.11", publisher: "Debian", arch: "amd64" }, { name: "bash" }]);
    expect(searchable("bios", { ssn: "ABC1234", bdate: "2024-02-29" })).toEqual([{ ssn: "ABC1234" }]);
    expect(searchable("modems", [{ imei: ["1", "2"] }])).toEqual([{ imei: "1 2" }]);
  });

  it("has nothing of sections that nobody searches, and of what is no entry", () => {
    expect(searchable("processes", [{ cmd: "a" }])).toEqual([]);
    expect(searchable("versionclient", "a")).toEqual([]);
    expect(searchable("__proto__", [{ name: "a" }])).toEqual([]);
    expect(searchable("constructor", [{ name: "a" }])).toEqual([]);
    expect(searchable("softwares", ["a", null, ["b"], { name: { a: 1 } }])).toEqual([]);
    expect(searchable("softwares", undefined)).toEqual([]);
  });

  it("cuts long values off", () => {
    const [entry] = searchable("softwares", [{ name: `${"x".repeat(254)}\u{1F600}` }]);
    expect(entry?.["name"]).toBe(`${"x".repeat(254)}\ufffd`);
  });

  it("names only sections and fields that the model has", () => {
    for (const [section, fields] of Object.entries(searchableFields))
      expect(Object.keys(sections.get(section)?.fields ?? {}), section).toEqual(expect.arrayContaining([...fields]));
  });
});
