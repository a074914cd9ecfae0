import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaints, type JobHouse, needsTasks, startJobHouse } from "./house.js";

const { skip, note } = needsTasks(["Collect"]);

describe.skipIf(skip)(`Debian's fusioninventory-agent, unmodified, collects${note}`, () => {
  let house: JobHouse;
  let folder: string;
  beforeAll(async () => {
    house = await startJobHouse();
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-collect-"));
    mkdirSync(path.join(folder, "sub"));
    writeFileSync(path.join(folder, "one.conf"), "1\n");
    writeFileSync(path.join(folder, "two.conf"), "22\n");
    writeFileSync(path.join(folder, "sub", "thrée & 3.conf"), "333\n");
    writeFileSync(path.join(folder, "sub", "other.txt"), "other\n");
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await house?.close();
  });

  it("which files there are, by pattern, by name, and by what they contain; what needs Windows finds nothing", async () => {
    const search = { function: "findFile", dir: folder, limit: 50, recursive: true } as const;
    const job = await house.order({
      task: "collect",
      spec: {
        steps: [
          { ...search, filter: { is_file: true, is_dir: false, regex: "\\.conf$" } },
          { ...search, filter: { is_file: true, is_dir: false, name: "nothing-like-this" } },
          { ...search, filter: { is_file: false, is_dir: true, name: "sub" } },
          { ...search, recursive: false, filter: { is_file: true, is_dir: false, sizeEquals: 3 } },
          { function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/Vendor/*" },
          { function: "getFromWMI", class: "Win32_BIOS", properties: ["SerialNumber"] },
        ],
      },
    });
    const { code, out } = await house.session("--tasks=collect");
    expect([code, complaints(out)]).toEqual([0, []]);
    expect(await house.job(job)).toMatchObject({ state: "ok", timesSent: 1 });
    // Agents encode paths twice: the line is as people read it, the data as it was said.
    const found = (await house.story(job)).filter(({ data }) => data?.["path"] !== undefined);
    const files = found.map(({ message, data }) => [path.relative(folder, message ?? ""), Number(data?.["size"])]);
    expect(files.filter(([name]) => name !== "sub").sort()).toEqual([
      ["one.conf", 2],
      ["sub/thrée & 3.conf", 4],
      ["two.conf", 3],
      ["two.conf", 3],
    ]);
    expect(files.map(([name]) => name)).toContain("sub");
    await expect
      .poll(() => house.report(job).catch(String))
      .toMatchObject({ protocol: "jobs", operation: "collect", status: "success" });
  });

  it("no more than it was asked for", async () => {
    const job = await house.order({
      task: "collect",
      spec: {
        steps: [
          { function: "findFile", dir: folder, limit: 2, recursive: true, filter: { is_file: true, is_dir: false } },
        ],
      },
    });
    await house.session("--tasks=collect");
    expect(await house.job(job)).toMatchObject({ state: "ok" });
    expect((await house.story(job)).filter(({ data }) => data?.["path"] !== undefined)).toHaveLength(2);
  });

  it("who proves nothing too: a search runs nothing, and carries no secret", async () => {
    const other = await startJobHouse();
    try {
      const steps = [
        { function: "findFile", dir: folder, limit: 9, recursive: true, filter: { is_file: true, is_dir: false } },
      ] as const;
      const job = await other.order({ task: "collect", spec: { steps } });
      const { out } = await other.unproven(`${other.https}/`, "--tasks=collect");
      expect(complaints(out)).toEqual([]);
      expect(await other.job(job)).toMatchObject({ state: "ok" });
    } finally {
      await other.close();
    }
  });
});
