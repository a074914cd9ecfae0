import { describe, expect, it } from "vitest";
import { factsSaid } from "./facts-said.js";

const windows = { VersionString: "Microsoft Windows NT 10.0.14393.0", ServicePack: "", Platform: "Win32NT" };
const name = windows.VersionString;

describe("factsSaid", () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    [
      "the versions of a recorded LCM",
      { OSVersion: windows, PSVersion: { CLRVersion: "4.0", PSVersion: "5.1.14393.0" }, NodeName: "n" },
      { os: { name, version: "10.0.14393.0", platform: "Win32NT" }, powershell: { version: "5.1.14393.0" } },
    ],
    [
      "versions as text",
      { OSVersion: name, PSVersion: "5.1" },
      { os: { name, version: "10.0.14393.0" }, powershell: { version: "5.1" } },
    ],
    ["a system without numbers", { OSVersion: { VersionString: "Some OS" } }, { os: { name: "Some OS" } }],
    ["one of them", { PSVersion: { PSVersion: "5.1" } }, { powershell: { version: "5.1" } }],
  ])("takes %s", (_, attributes, facts) => {
    expect(factsSaid(attributes)).toEqual([{ fact: "facts", source: "dsc", facts }]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["a report without", { NodeName: "n" }],
    ["empty ones", { OSVersion: "", PSVersion: {} }],
    ["odd ones", { OSVersion: [1], PSVersion: { PSVersion: {} } }],
    ["what every object has", { OSVersion: { toString: "x" } }],
  ])("takes nothing from %s", (_, attributes) => {
    expect(factsSaid(attributes)).toEqual([]);
  });
});
