import { describe, expect, it } from "vitest";
import { refuseConflicts } from "./conflicts.js";

const groups = ["web", "app"] as const;

describe("refuseConflicts", () => {
  it("lets settings be that are nothing to catalogs", () => {
    expect(() => refuseConflicts([])).not.toThrow();
    expect(() => refuseConflicts([{ setting: "dsc.configurations", path: [], groups }])).not.toThrow();
  });

  it.each<[string, readonly string[], string]>([
    ["puppet.environment", [], "the setting puppet.environment"],
    ["puppet.parameters", ["role"], "the parameter role"],
    ["puppet.classes", ["ntp", "servers"], "parameter servers of class ntp"],
    ["puppet.resources", ["File[/etc/motd]", "content"], "parameter content of File[/etc/motd]"],
    ["puppet.resources", ["File[/etc/motd]"], "File[/etc/motd]"],
  ])("names both groups and the place: %s %j", (setting, path, place) => {
    expect(() =>
      refuseConflicts([
        { setting: "x", path: [], groups },
        { setting, path, groups },
      ]),
    ).toThrow(
      expect.objectContaining({
        code: "catalog-failed",
        message: `Groups web and app have one priority and give different values for ${place}; give one of them a higher priority.`,
      }),
    );
  });
});
