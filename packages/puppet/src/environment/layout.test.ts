import type { BlobRef } from "@gatehouse/core/content";
import { describe, expect, it } from "vitest";
import { FakeEnvironments, type Planted } from "../fake-v3.test.helper.js";
import { layoutOf } from "./layout.js";

async function layoutWith(planted: Readonly<Record<string, Planted>>) {
  const environments = new FakeEnvironments();
  const layout = await layoutOf(environments.deploy("production", planted), environments.content);
  return { modulepath: layout.modulepath, modules: [...layout.modules.values()].map(({ path }) => path) };
}

describe("modules", () => {
  it("are in `modules` where nothing else is said", async () => {
    const planted = { "modules/b/x": "", "modules/a/x": "", "site-modules/c/x": "", "manifests/site.pp": "" };
    expect(await layoutWith(planted)).toEqual({ modulepath: ["modules"], modules: ["modules/a", "modules/b"] });
  });

  it("are where environment.conf says, the first of a name counting", async () => {
    const planted = {
      "environment.conf": "modulepath = site-modules:gone:modules:site-modules",
      "modules/a/x": "",
      "modules/b/x": "",
      "site-modules/b/x": "",
    };
    expect(await layoutWith(planted)).toEqual({
      modulepath: ["site-modules", "modules"],
      modules: ["site-modules/b", "modules/a"],
    });
  });

  it("are directories, or links to some, with names that a module may have", async () => {
    const planted: Readonly<Record<string, Planted>> = {
      "shared/real/x": "",
      "modules/linked": { link: "../shared/real" },
      "modules/lost": { link: "../shared/none" },
      "modules/README": "",
      "modules/readme": "",
      "modules/Upper/x": "",
      "modules/acme-lab/x": "",
      "modules/0day/x": "",
      "modules/.git/x": "",
      "modules/_x/x": "",
      "modules/ok_1/x": "",
    };
    expect((await layoutWith(planted)).modules).toEqual(["modules/linked", "modules/ok_1"]);
  });

  it("may be where a pattern leads, and at the top", async () => {
    const planted = { "environment.conf": "modulepath = teams/*/modules", "teams/b/modules/y/x": "" };
    expect((await layoutWith({ ...planted, "teams/a/modules/z/x": "" })).modules).toEqual([
      ...["teams/a/modules/z", "teams/b/modules/y"],
    ]);
    expect((await layoutWith({ "environment.conf": "modulepath = .", "top/x": "" })).modules).toEqual(["top"]);
  });

  it("are none in an environment that is empty", async () => {
    expect(await layoutWith({})).toEqual({ modulepath: [], modules: [] });
  });
});

describe("environment.conf", () => {
  it("is read once of a version", async () => {
    const environments = new FakeEnvironments();
    const version = environments.deploy("production", { "environment.conf": "modulepath = a" });
    const opened: string[] = [];
    const open = (ref: BlobRef) => {
      opened.push(ref.sha256);
      return environments.content.open(ref);
    };
    const content = { open };
    await Promise.all([layoutOf(version, content), layoutOf(version, content)]);
    await layoutOf(version, content);
    expect(opened).toHaveLength(1);
  });

  it("is read again where its bytes could not be had", async () => {
    const environments = new FakeEnvironments();
    const version = environments.deploy("production", { "environment.conf": "modulepath = a", "a/m/x": "" });
    const broken = { open: () => Promise.reject(new Error("away")) };
    await expect(layoutOf(version, broken)).rejects.toThrow("away");
    expect((await layoutOf(version, environments.content)).modulepath).toEqual(["a"]);
  });

  it("is not read where it is larger than any", async () => {
    await expect(layoutWith({ "environment.conf": "#".repeat(70_000) })).rejects.toThrow(
      expect.objectContaining({ status: 500, message: expect.stringContaining("environment.conf has 70000 bytes") }),
    );
  });
});
