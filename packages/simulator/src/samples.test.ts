import { describe, expect, it } from "vitest";
import { compareVersions, InstalledModules } from "./installed-modules.js";
import { decodeMof, moduleReferences, parseMof } from "./mof.js";
import { noRecordings, recordings } from "./recordings.test.helper.js";
import { sampleConfiguration } from "./sample-configuration.js";
import { sampleModule } from "./sample-module.js";

describe("sampleConfiguration", () => {
  const module = { name: "xSmbShare", version: "1.1.0.0" };

  it("is written as Windows writes it and names its module", () => {
    const bytes = sampleConfiguration({ name: "Web", module });
    expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xfe]));
    const text = decodeMof(bytes);
    expect(text.startsWith("/*\r\n@TargetNode='Web'\r\n")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    expect(moduleReferences(parseMof(text))).toEqual([module]);
    expect(bytes).toEqual(sampleConfiguration({ name: "Web", module }));
  });

  it("has the wanted size", () => {
    expect(sampleConfiguration({ name: "Web", size: 100_000 }).length).toBe(100_000);
    expect(sampleConfiguration({ name: "Web", size: 99_999, encoding: "utf8" }).length).toBe(99_999);
    expect(sampleConfiguration({ name: "Web", size: 10 }).length).toBe(sampleConfiguration({ name: "Web" }).length);
  });

  it("escapes what is in its strings", () => {
    const contents = 'a "quoted" \\ path }; // no comment';
    const [file] = parseMof(decodeMof(sampleConfiguration({ name: "Web", contents })));
    expect(file?.properties["contents"]).toBe(contents);
  });
});

describe("sampleModule", () => {
  it("is a stable zip whose names start with the module's folder", async () => {
    const zip = await sampleModule("xSmbShare", "1.1.0.0");
    expect(zip.readUInt32LE(0)).toBe(0x04034b50);
    expect(zip.subarray(30, 30 + zip.readUInt16LE(26)).toString()).toBe("xSmbShare/xSmbShare.psd1");
    expect(await sampleModule("xSmbShare", "1.1.0.0")).toEqual(zip);
  });
});

describe("InstalledModules", () => {
  it("asks for what is missing or older", () => {
    const modules = new InstalledModules();
    modules.add("nx", "9.0");
    const missing = (version: string | undefined) => modules.missing([{ name: "NX", version }], "wmf51").length;
    expect([missing("8.5"), missing("9.0.0"), missing("10.0"), missing(""), missing(undefined)]).toEqual([
      0, 0, 1, 0, 0,
    ]);
    expect(() => modules.missing([{ name: "nx", version: undefined }], "linux")).toThrow("no ModuleVersion");
    expect(compareVersions("10.0", "9.0")).toBeGreaterThan(0);
  });
});

describe.skipIf(noRecordings)("recorded configurations", () => {
  it("name the modules that the nodes then asked for", () => {
    const modulesOf = (prefix: string): unknown => {
      const recording = recordings.find(({ file }) => file.startsWith(prefix));
      const exchange = recording?.exchanges.find(({ request }) => request.path.endsWith("ConfigurationContent"));
      const { base64 } = (exchange as unknown as { response: { body: { base64: string } } }).response.body;
      return moduleReferences(parseMof(decodeMof(Buffer.from(base64, "base64"))));
    };
    expect(modulesOf("wmf5-iis-01")).toEqual([{ name: "xSmbShare", version: "1.1.0.0" }]);
    expect(modulesOf("linux-01")).toEqual([{ name: "nx", version: "1.5" }]);
  });
});
