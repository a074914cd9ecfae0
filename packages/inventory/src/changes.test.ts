import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents, sectionNames } from "./canonical/content.test.helper.js";
import { seal } from "./canonical/seal.js";
import { changesBetween, MOST_CHANGES } from "./changes.js";

/** What people read: path, before and after. */
const changes = (section: string, before: unknown, after: unknown) =>
  changesBetween(
    section,
    before === undefined ? undefined : seal(section, before).content,
    after === undefined ? undefined : seal(section, after).content,
  ).map(({ path, before: was, after: is }) => [path, was, is]);

const openssl = { name: "openssl", version: "3.0.11", arch: "amd64" };
const kernel = (version: string) => ({ name: "kernel-core", version, arch: "x86_64" });

describe("changes", () => {
  it("are none between a state and itself, and some wherever something lasting differs", () => {
    fc.assert(
      fc.property(sectionNames, contents, contents, (section, one, other) => {
        const [before, after] = [seal(section, one), seal(section, other)];
        expect(changesBetween(section, before.content, before.content)).toEqual([]);
        const found = changesBetween(section, before.content, after.content);
        expect(found.length > 0, JSON.stringify(found)).toBe(before.quiet !== after.quiet);
      }),
      { numRuns: 3000 },
    );
  });

  it("name a package that came, went, or is of another version", () => {
    const bash = { name: "bash", version: "5.2" };
    expect(changes("softwares", [openssl], [openssl, bash])).toEqual([["softwares.bash", undefined, bash]]);
    expect(changes("softwares", [openssl, bash], [bash])).toEqual([["softwares.openssl", openssl, undefined]]);
    expect(changes("softwares", [bash, openssl], [{ ...openssl, version: "3.0.12" }, bash])).toEqual([
      ["softwares.openssl.version", "3.0.11", "3.0.12"],
    ]);
  });

  it("count what is there several times", () => {
    const module = { capacity: 4096, caption: "DIMM" };
    expect(changes("memories", [module, module], [module])).toEqual([["memories.DIMM", module, undefined]]);
    expect(changes("memories", [module], [module, module, module])).toHaveLength(2);
  });

  it("say of another version no more than that", () => {
    const before = { ...openssl, filesize: 1, install_date: "2024-02-29" };
    const after = { ...before, version: "4", filesize: 2, install_date: "2024-03-01", publisher: "x" };
    expect(changes("softwares", [before], [after])).toEqual([
      ["softwares.openssl.version", "3.0.11", "4"],
      ["softwares.openssl.publisher", undefined, "x"],
    ]);
    expect(changes("softwares", [before], [{ ...before, filesize: 2 }])).toEqual([
      ["softwares.openssl.filesize", 1, 2],
    ]);
  });

  it("tell architectures of one package apart", () => {
    const other = { ...openssl, arch: "i386" };
    expect(changes("softwares", [openssl, other], [openssl, { ...other, version: "4" }])).toEqual([
      ["softwares.openssl i386.version", "3.0.11", "4"],
    ]);
  });

  it("tell which of several kernels came and which went", () => {
    const [a, b, c] = ["5.14.0-1", "5.14.0-2", "5.14.0-3"].map(kernel);
    expect(changes("softwares", [a, b], [b, c])).toEqual([
      ["softwares.kernel-core 5.14.0-1", a, undefined],
      ["softwares.kernel-core 5.14.0-3", undefined, c],
    ]);
    expect(changes("softwares", [a, b], [a, { ...b, publisher: "x" }])).toEqual([
      ["softwares.kernel-core 5.14.0-2.publisher", undefined, "x"],
    ]);
    expect(changes("softwares", [a], [a, b])).toEqual([["softwares.kernel-core 5.14.0-2", undefined, b]]);
  });

  it("follow a card by its name and its address", () => {
    const eth = { description: "eth0", mac: "00:1a", ipaddress: "192.0.2.1" };
    const second = { ...eth, ipaddress: "192.0.2.2" };
    expect(changes("networks", [eth], [{ ...eth, ipaddress: "192.0.2.9" }])).toEqual([
      ["networks.eth0.ipaddress", "192.0.2.1", "192.0.2.9"],
    ]);
    expect(changes("networks", [eth], [eth, second])).toEqual([["networks.eth0 192.0.2.2 00:1a", undefined, second]]);
  });

  it("follow parts by their serials, and by their places where a serial is a placeholder", () => {
    const module = { serialnumber: "Not Specified", numslots: 1, capacity: 4096 };
    expect(
      changes("memories", [module, { ...module, numslots: 2 }], [module, { ...module, numslots: 2, capacity: 8192 }]),
    ).toEqual([["memories.2.capacity", 4096, 8192]]);
    const disk = { serial: "S1", model: "Disk", firmware: "1" };
    expect(changes("storages", [disk], [{ ...disk, firmware: "2" }])).toEqual([["storages.Disk.firmware", "1", "2"]]);
    expect(changes("storages", [disk], [{ ...disk, serial: "S2" }])).toEqual([
      ["storages.S1", disk, undefined],
      ["storages.S2", undefined, { ...disk, serial: "S2" }],
    ]);
  });

  it("are by field for what there is one of", () => {
    expect(changes("bios", { ssn: "a", bversion: "1" }, { ssn: "a", bversion: "2", assettag: "x" })).toEqual([
      ["bios.bversion", "1", "2"],
      ["bios.assettag", undefined, "x"],
    ]);
    expect(changes("versionclient", "a", "b")).toEqual([["versionclient", "a", "b"]]);
    expect(changes("hardware", { name: "a", lastloggeduser: "b" }, { name: "a", lastloggeduser: "c" })).toEqual([]);
  });

  it("tell a section that came or went by its entries", () => {
    expect(changes("softwares", undefined, [openssl])).toEqual([["softwares.openssl", undefined, openssl]]);
    expect(changes("softwares", [openssl], undefined)).toEqual([["softwares.openssl", openssl, undefined]]);
    expect(changes("bios", { ssn: "a" }, undefined)).toEqual([["bios.ssn", "a", undefined]]);
    expect(changes("processes", undefined, [{ cmd: "a" }])).toEqual([]);
    expect(changes("foreign", { a: 1 }, [1])).toEqual([["foreign", { a: 1 }, [1]]]);
    expect(changesBetween("softwares", undefined, undefined)).toEqual([]);
  });

  it("are bounded, in number and in size", () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({ name: `package-${i}` }));
    const found = changesBetween("softwares", [], seal("softwares", many).content);
    expect(found).toHaveLength(MOST_CHANGES + 1);
    expect(found.at(-1)).toEqual({ path: "softwares", before: undefined, after: { more: 2500 } });
    const [large] = changesBetween("softwares", [], [{ name: "n".repeat(5000), comments: "\u{1F600}".repeat(9000) }]);
    const after = String(large?.after);
    expect([large?.path.length, after.length, after.isWellFormed()]).toEqual([1024, 4096, true]);
  });

  it("take no longer for many entries that nothing tells apart", () => {
    const list = (from: number) => Array.from({ length: 40_000 }, (_, i) => ({ odd: from + i }));
    expect(changesBetween("softwares", list(0), list(20_000))).toHaveLength(MOST_CHANGES + 1);
    const same = (extra: string) => Array.from({ length: 40_000 }, (_, i) => ({ name: "a", version: `${i}`, extra }));
    expect(changesBetween("softwares", same("x"), same("y"))).toHaveLength(MOST_CHANGES + 1);
  });
});
