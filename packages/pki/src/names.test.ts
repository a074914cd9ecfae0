import { describe, expect, it } from "vitest";
import { certnameRefusal, machineIdRefusal, shown } from "./names.js";

describe("certnames", () => {
  it.each([
    "web01",
    "web01.example.org",
    "_x",
    "a_b.c-d",
    "10.0.0.1",
    "x--y",
    "a",
    "__proto__",
    "constructor",
    "a".repeat(253),
  ])("may be %s", (name) => {
    expect(certnameRefusal(name)).toBeUndefined();
  });

  // What bad names there are is in the forbidden requests; here is what no request can carry.
  it.each(["", "a\0b", "a\u2028b", "a\ud800b"])("may not be %j", (name) => {
    expect(certnameRefusal(name)).toBe("Subject hostname format is invalid");
  });

  it("are refused by their length before anything else", () => {
    expect(certnameRefusal("A".repeat(1 << 20))).toBe("Subject hostname format is invalid");
    expect(certnameRefusal("*".repeat(254))).toBe("Subject hostname format is invalid");
  });

  it.each(["a-".repeat(126), "-".repeat(253), `${"a.".repeat(126)}-`, `${"_".repeat(252)}!`])(
    "takes one pass over %s",
    (name) => {
      expect(certnameRefusal(name)).toBe("Subject hostname format is invalid");
    },
  );
});

describe("machineids", () => {
  it.each(["Web01-2026-11-20-19-38-35", "web01.example.org-2026-11-20-19-38-35", "a"])("may be %s", (name) => {
    expect(machineIdRefusal(name)).toBeUndefined();
  });

  it.each(["", "../x", "a b", "-a", "a\n", "ü", "a".repeat(254), "a*"])("may not be %j", (name) => {
    expect(machineIdRefusal(name)).toMatch(/not a machineid/);
  });
});

describe("what is shown of a name", () => {
  it("is one line without anything that a terminal obeys", () => {
    expect(shown("a\r\n\u001b[31m\u202e\u2028\ud800b")).toBe("a???[31m???b");
    expect(shown("é\u{1f600}")).toBe("é\u{1f600}");
    expect(shown("x".repeat(1000))).toHaveLength(254);
  });
});
