import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerbsSite } from "./site.js";

/** `gatehouse dsc`. */
export function dscVerbs(site: VerbsSite): void {
  const { done, here, json } = site;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-command-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe("dsc", () => {
    const mof = (name: string, text: string) => {
      const file = path.join(folder, name);
      writeFileSync(file, `instance of OMI_ConfigurationDocument\n{\n Version="${text}";\n};\n`);
      return file;
    };

    it("key add, list and revoke", async () => {
      expect(await done("dsc", "key", "add", "--name", "made")).toMatch(/^RegistrationKey \S{16,}\n$/);
      const file = path.join(folder, "key");
      writeFileSync(file, "a-key-from-a-file-0123456789\n");
      expect(await json("dsc", "key", "add", "--name", "filed", "--key-file", file)).toMatchObject({
        name: "filed",
        key: "a-key-from-a-file-0123456789",
      });
      expect((await here("dsc", "key", "add", "--name", "no", "--key-file", path.join(folder, "none"))).code).toBe(2);
      expect(await done("dsc", "key", "revoke", "made")).toBe("made is revoked.\n");
      const { keys } = await json("dsc", "key", "list");
      expect(keys.find(({ name }: { name: string }) => name === "made").revokedAt).not.toBeNull();
      expect(await done("dsc", "key", "list")).toMatch(/^filed +active /m);
    });

    it("publish, list, versions and rollback", async () => {
      expect(await done("dsc", "publish", mof("Web.mof", "1"))).toMatch(/^Web +1 +current .* published$/m);
      expect(await done("dsc", "publish", mof("Web.mof", "1"))).toMatch(/ unchanged$/m);
      const file = mof("Web.mof", "2");
      writeFileSync(`${file}.checksum`, "0".repeat(64));
      const second = await here("dsc", "publish", file);
      expect(second).toMatchObject({ code: 0, err: expect.stringMatching(/^warning: .*Web\.mof: .*checksum/m) });
      expect(await json("dsc", "list")).toMatchObject({
        artifacts: [{ kind: "dsc-configuration", name: "Web", version: 2 }],
      });
      expect(await done("dsc", "rollback", "Web")).toMatch(/^Web is at version 1 again/);
      expect((await json("dsc", "versions", "Web")).versions.map((item: { current: boolean }) => item.current)).toEqual(
        [false, true],
      );
      expect(await json("dsc", "rollback", "Web", "2")).toMatchObject({ version: 2 });
      expect(await here("dsc", "rollback", "Web", "two")).toMatchObject({ code: 2 });
      expect(await here("dsc", "versions", "Web", "--module")).toMatchObject({ code: 1 });
    });

    it("publish refuses what it cannot take before anything is published", async () => {
      const good = mof("Never.mof", "1");
      for (const bad of [path.join(folder, "none.mof"), folder, mof("text.txt", "1")])
        expect(await here("dsc", "publish", good, bad), bad).toMatchObject({ code: 2, out: "" });
      expect(await done("dsc", "list")).not.toContain("Never");
    });

    it("assign and unassign", async () => {
      const assigned = await here("dsc", "assign", "ALPHA", "Web", "Later");
      expect(assigned).toMatchObject({ code: 0, err: expect.stringContaining("Later is not published yet") });
      expect((await json("node", "show", "ALPHA")).settings).toEqual({ "dsc.configurations": ["Web", "Later"] });
      expect(await json("dsc", "unassign", "ALPHA")).toEqual({ ok: true });
      expect((await json("node", "show", "ALPHA")).settings).toEqual({});
    });
  });
}
