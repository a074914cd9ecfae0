import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FusionAgent } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InventoryHouse, startHouse } from "../inventory/house.js";

const page = readFileSync(new URL("../../../docs/protocols/fusioninventory.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, syntax = "", text = ""]) => ({ syntax, text }));
const commands = blocks.flatMap(({ text }) => text.split("\n").filter((line) => line.startsWith("gatehouse ")));
/** Files begin with a comment that says how they are called. */
const files = blocks.flatMap(({ syntax, text }) => {
  const [, name] = /^# (\S+\.yaml)\n/.exec(text) ?? [];
  return syntax === "yaml" && name !== undefined ? [{ name, text }] : [];
});

describe("docs/protocols/fusioninventory.md", () => {
  let house: InventoryHouse;
  let folder: string;
  beforeAll(async () => {
    house = await startHouse();
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-docs-"));
    for (const { name, text } of files) writeFileSync(path.join(folder, name), text);
    writeFileSync(path.join(folder, "secret"), "a-secret-of-the-docs");
    const agent = new FusionAgent({ serverUrl: `${house.gateway.http}/`, name: "NODE" });
    expect((await agent.run()).errors).toEqual([]);
    await house.inventories("NODE");
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await house?.close();
  });

  it("has files and commands", () => {
    expect(files.map(({ name }) => name)).toEqual(["search.yaml", "hosts.yaml", "range.yaml"]);
    expect(commands.length).toBeGreaterThan(6);
  });

  // A command is run where its files are; a secret comes of a file here, for no environment reaches it.
  it.each(commands)("%s", async (command) => {
    const words = command.split(" ").slice(1);
    const known = words.map((word) => (files.some(({ name }) => name === word) ? path.join(folder, word) : word));
    const at = known.indexOf("--secret-env");
    if (at !== -1) known.splice(at, 2, "--secret-file", path.join(folder, "secret"));
    const { code, err } = await house.site.command(...known);
    expect([code, err]).toEqual([0, ""]);
  });
});
