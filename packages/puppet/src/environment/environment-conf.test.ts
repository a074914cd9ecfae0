import { describe, expect, it } from "vitest";
import { DEFAULT_CONF, parseEnvironmentConf } from "./environment-conf.js";

const parse = (text: string) => parseEnvironmentConf("production", text);

describe("environment.conf", () => {
  it("of a control repository", () => {
    const text = [
      "# what r10k's example has",
      "modulepath = site-modules:modules:$basemodulepath",
      "",
      "config_version = 'scripts/config_version.sh $environmentpath $environment'",
      "manifest = manifests/site.pp",
      "environment_timeout = 0",
    ].join("\r\n");
    expect(parse(text)).toEqual({
      modulepath: ["site-modules", "modules"],
      manifest: "manifests/site.pp",
      configVersion: "scripts/config_version.sh $environmentpath $environment",
      staticCatalogs: true,
    });
  });

  it.each([
    ["static_catalogs = false", false],
    ["static_catalogs=False", false],
    ["static_catalogs = true", true],
    ["static_catalogs = perhaps", true],
  ])("has static catalogs by %j: %j", (text, staticCatalogs) => {
    expect(parse(text).staticCatalogs).toBe(staticCatalogs);
  });

  it.each(["", "\n \n", "# modulepath = x", "[main]", "other = 1"])("says nothing with %j", (text) => {
    expect(parse(text)).toEqual(DEFAULT_CONF);
  });

  it.each([
    ["./site/:modules//", ["site", "modules"]],
    ["a/../b", ["b"]],
    [".", [""]],
    ["../shared:/etc/puppetlabs/code/modules:$codedir/modules:~/x:..", []],
    ["", []],
    ["'a:b'", ["a", "b"]],
    ['"dist"', ["dist"]],
    ["dist  ", ["dist"]],
    ["__proto__:constructor", ["__proto__", "constructor"]],
  ])("takes of modulepath %j what is inside", (value, modulepath) => {
    expect(parse(`modulepath=${value}`).modulepath).toEqual(modulepath);
  });

  it("leaves the manifest where it usually is when it is to be outside", () => {
    expect(parse("manifest = /etc/site.pp").manifest).toBe("manifests");
  });

  it("takes the first of a name, and no section but main", () => {
    const text = "[other]\nmodulepath = no\nnonsense\n[main]\nmodulepath = first\nmodulepath = second";
    expect(parse(text).modulepath).toEqual(["first"]);
  });

  it.each(["nonsense", "modulepath: modules", "= modules", "mod-path = x", "[a b]", "<html>"])(
    "refuses %j, saying where",
    (line) => {
      expect(() => parse(`# first\n${line}`)).toThrow(
        expect.objectContaining({
          status: 500,
          message: `Could not match line ${line} (file: production/environment.conf, line: 2)`,
        }),
      );
    },
  );
});
