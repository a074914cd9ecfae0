import { describe, expect, it } from "vitest";
import { recordingOf } from "./recordings.js";

describe("a recording of what comes from an address", () => {
  it.each([
    ["2001:DB8:0:0::0001", "2001:db8::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["192.0.2.7", "192.0.2.7"],
    // Whoever checks it refuses it as it was said.
    ["no address", "no address"],
  ])("finds it however it is written: %s", (from, spec) => {
    expect(recordingOf({ from }).spec).toEqual({ from: spec });
  });

  it("and does not narrow where none is said", () => {
    expect(recordingOf({ protocol: "dsc" }).spec).toEqual({ protocol: "dsc" });
  });
});
