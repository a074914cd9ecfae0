import { describe, expect, it } from "vitest";
import { authorizationIn } from "./extensions.js";
import { createOidNames, isBelow, isPuppet, puppetOids } from "./oids.js";

describe("Puppet's names", () => {
  it.each([
    ["1.3.6.1.4.1.34380.1.1.1", "pp_uuid"],
    ["1.3.6.1.4.1.34380.1.1.4", "pp_preshared_key"],
    ["1.3.6.1.4.1.34380.1.1.13", "pp_role"],
    ["1.3.6.1.4.1.34380.1.1.26", "pp_owner"],
    ["1.3.6.1.4.1.34380.1.3.1", "pp_authorization"],
    ["1.3.6.1.4.1.34380.1.3.2", "pp_auth_auto_renew"],
    ["1.3.6.1.4.1.34380.1.3.13", "pp_auth_role"],
    ["1.3.6.1.4.1.34380.1.3.39", "pp_cli_auth"],
  ])("%s is %s", (oid, name) => {
    expect([puppetOids.nameOf(oid), puppetOids.oidOf(name), puppetOids.oidOf(oid)]).toEqual([name, oid, oid]);
  });

  it("leave what has none as it is", () => {
    expect(puppetOids.nameOf("1.3.6.1.4.1.34380.1.2.7")).toBe("1.3.6.1.4.1.34380.1.2.7");
    expect(puppetOids.nameOf("1.3.6.1.4.1.34380.1.1.27")).toBe("1.3.6.1.4.1.34380.1.1.27");
    for (const name of [
      "toString",
      "pp_nothing",
      "2.5.29.19",
      "1.3.6.1.4.1.34380.1.1",
      "1.3.6.1.4.1.34380.1.1.x",
      "1.3.6.1.4.1.34380.1.1.01",
    ]) {
      expect(puppetOids.oidOf(name), name).toBeUndefined();
    }
  });

  it("are below three arcs and nowhere else", () => {
    expect(isPuppet("1.3.6.1.4.1.34380.1.2.1.5")).toBe(true);
    for (const oid of ["1.3.6.1.4.1.34380.1.1", "1.3.6.1.4.1.34380.1.4.1", "1.3.6.1.4.1.34380.1.10.1"])
      expect(isPuppet(oid)).toBe(false);
    expect(isBelow("1.2", "1.20.1")).toBe(false);
  });
});

describe("what a node may do", () => {
  it("is in the authorization arc", () => {
    const oids = createOidNames({ "1.3.6.1.4.1.34380.1.3.77": "acme_auth" });
    const extensions = {
      pp_role: "web",
      pp_cli_auth: "true",
      acme_auth: "x",
      "1.3.6.1.4.1.34380.1.3.99": "y",
      "1.3.6.1.4.1.34380.1.2.1": "z",
    };
    expect(authorizationIn(extensions, oids)).toEqual({
      pp_cli_auth: "true",
      acme_auth: "x",
      "1.3.6.1.4.1.34380.1.3.99": "y",
    });
    expect(authorizationIn({ toString: "x" }, oids)).toEqual({});
  });
});

describe("a site's own names", () => {
  it("stand beside the built-in ones", () => {
    const oids = createOidNames({ "1.3.6.1.4.1.34380.1.2.7": "acme_rack" });
    expect([oids.nameOf("1.3.6.1.4.1.34380.1.2.7"), oids.oidOf("acme_rack"), oids.oidOf("pp_role")]).toEqual([
      "acme_rack",
      "1.3.6.1.4.1.34380.1.2.7",
      "1.3.6.1.4.1.34380.1.1.13",
    ]);
    expect(puppetOids.oidOf("acme_rack")).toBeUndefined();
  });

  it.each([
    [{ "2.5.29.19": "ca" }, /not below/],
    [{ "1.3.6.1.4.1.34380.1.2.": "a" }, /not below/],
    [{ "1.3.6.1.4.1.34380.1.1.13": "role" }, /has a name already/],
    [{ "1.3.6.1.4.1.34380.1.2.1": "pp_role" }, /name of its own/],
    [{ "1.3.6.1.4.1.34380.1.2.1": "a b" }, /name of its own/],
    [{ "1.3.6.1.4.1.34380.1.2.1": "a", "1.3.6.1.4.1.34380.1.2.2": "a" }, /name of its own/],
  ])("are not %j", (custom, says) => {
    expect(() => createOidNames(custom)).toThrow(says);
  });
});
