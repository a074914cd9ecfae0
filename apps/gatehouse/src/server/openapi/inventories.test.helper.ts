import { createSubmissions } from "@gatehouse/store";
import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

const DEVICE = "web-1-2026-11-20-10-00-00";

/** What the node is made of. */
export function inventories(site: DocumentedSite): void {
  const { admin, house, settled } = site;
  const tell = async (version: string) => {
    const content = {
      versionclient: "GLPI-Agent_v1.12",
      hardware: { name: "web-1" },
      softwares: [{ name: "openssl", version }],
    };
    await createSubmissions(house.db, house.gateway.work.wake).accept({
      agentId: site.agentId,
      kind: "glpi.inventory",
      body: Buffer.from(JSON.stringify({ action: "inventory", deviceid: DEVICE, content })),
      context: { deviceId: DEVICE, of: "unsure" },
    });
    await settled();
  };

  it("an inventory is shown, searched, exported and compared, with what changed in it", async () => {
    expect((await admin("GET", "/nodes/web-1/inventory")).status).toBe(404);
    await tell("3.0.11");
    await tell("3.0.12");
    const { json } = await admin("GET", "/nodes/web-1/inventory?sections=softwares");
    expect(json.inventories).toMatchObject([
      {
        ...{ agentId: site.agentId, deviceId: DEVICE, itemType: "Computer", isCollected: false, isComplete: true },
        sections: [{ name: "softwares", content: [{ name: "openssl", version: "3.0.12" }] }],
      },
    ]);
    const found = await admin("GET", "/inventory?where=softwares.name%3DOpen*&where=softwares.version%3D3.0.12");
    expect(found.json).toMatchObject({ hits: [{ nodeName: "web-1", found: [{ section: "softwares" }] }], next: null });
    expect((await admin("GET", "/inventory?where=softwares.version%3D3.0.11")).json.hits).toEqual([]);
    const exported = await admin("GET", "/inventory/export?sections=hardware");
    expect(exported.json).toMatchObject({
      nodes: [{ nodeName: "web-1", inventory: { deviceId: DEVICE } }],
      next: null,
    });
    const same = await admin("GET", "/nodes/web-1/inventory/differences?to=WEB-1");
    expect(same.json).toMatchObject({ node: { nodeName: "web-1" }, other: { nodeName: "web-1" }, differences: [] });
    expect((await admin("GET", "/nodes/web-1/history?subject=inventory")).json.changes).toMatchObject([
      { subject: "inventory", path: "softwares.openssl.version", before: "3.0.11", after: "3.0.12" },
    ]);
  });
}
