import { describe, expect, it } from "vitest";
import { versionKey } from "./version.js";

describe("versionKey", () => {
  it("sorts as versions do", () => {
    const rising = [
      "0",
      "0.0.1",
      "1.2-a",
      "1.2-rc1",
      "1.2-rc2",
      "1.2-rc10",
      "1.2",
      "1.2.0.1",
      "1.2.1",
      "1.9",
      "1.10",
      "2.0~beta",
      "2",
      "10",
    ];
    const keys = rising.map((text) => versionKey(text) ?? "");
    expect(keys.toSorted()).toEqual(keys);
    expect(new Set(keys).size).toBe(rising.length);
  });

  it("takes several spellings for one version", () => {
    for (const same of [
      ["1.2", "1.2.0", "v1.2", "V1.2.0.0", "01.02", "1.2+build5"],
      ["1.2-rc1", "1.2.rc1", "1.2RC1", "1.2~rc.1", "1.2.0-rc1"],
    ])
      expect(new Set(same.map(versionKey)).size, same.join(" ")).toBe(1);
  });

  it.each(["", "x", "v", "latest", "1 2", "1.2\n", "-1", "१.२", "1/2", "1234567890123456", `1${".0".repeat(60)}`])(
    "knows no version %j",
    (text) => {
      expect(versionKey(text)).toBeUndefined();
    },
  );
});
