import { expect, it } from "vitest";
import { sampleInventory } from "./sample-inventory.js";

it("a sample inventory has a real one's size, says the same in both forms, and is the same for the same name", () => {
  const { json, xml } = sampleInventory("web01");
  const { softwares, hardware } = json.content as { softwares: { name: string }[]; hardware: { name: string } };
  expect(softwares.length).toBeGreaterThan(900);
  expect(xml.match(/<SOFTWARES>/g)).toHaveLength(softwares.length);
  expect(JSON.stringify(json).length).toBeGreaterThan(120_000);
  expect(xml.length).toBeGreaterThan(240_000);
  expect([hardware.name, json.deviceid]).toEqual(["web01", "web01-2026-11-20-10-00-00"]);
  expect(xml).toContain(`<DEVICEID>${json.deviceid}</DEVICEID>`);
  expect(sampleInventory("web01")).toEqual({ json, xml });
  expect(sampleInventory("web02").xml).not.toBe(xml);
});
