import { describe, expect, it } from "vitest";
import { FakeEnvironments, type Planted } from "../fake-v3.test.helper.js";
import { hasCode } from "./has-code.js";

const asked = (tree: Readonly<Record<string, Planted>>) => {
  const environments = new FakeEnvironments();
  return hasCode(environments.deploy("production", tree), environments.content);
};

describe("a site manifest", () => {
  it.each<[string, Record<string, Planted>]>([
    ["none", { "modules/a/manifests/init.pp": "class a {}" }],
    ["an empty one", { "manifests/site.pp": "" }],
    ["comments", { "manifests/site.pp": "# one\n\n  # two\r\n\t\n" }],
    ["another kind of file", { "manifests/README.md": "text" }],
    ["one that environment.conf does not name", { "environment.conf": "manifest = site.pp", "manifests/site.pp": "a" }],
    ["a link into nowhere", { "manifests/sub": { link: "../manifests" } }],
  ])("that is %s takes no compiler", async (_, tree) => {
    expect(await asked(tree)).toBe(false);
  });

  it.each<[string, Record<string, Planted>]>([
    ["a statement", { "manifests/site.pp": "# one\ninclude a\n" }],
    ["one further down", { "manifests/10.pp": "", "manifests/nodes/web.pp": "  node 'a' {}" }],
    ["a file that environment.conf names", { "environment.conf": "manifest = site.pp", "site.pp": "include a" }],
    ["a directory that a link leads to", { manifests: { link: "real" }, "real/site.pp": "include a" }],
    ["a large one, whatever is in it", { "manifests/site.pp": "#".repeat(70_000) }],
  ])("that is %s takes one", async (_, tree) => {
    expect(await asked(tree)).toBe(true);
  });

  it("cannot be told where environment.conf cannot be read", async () => {
    await expect(asked({ "environment.conf": "nonsense" })).rejects.toThrow("Could not match line nonsense");
  });
});
