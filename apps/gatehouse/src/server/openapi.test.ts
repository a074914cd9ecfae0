import { apiDocument, operationsOf } from "@gatehouse/api/testing";
import { describe, expect, it } from "vitest";
import { authority } from "./openapi/authority.test.helper.js";
import { catalogs } from "./openapi/catalogs.test.helper.js";
import { content } from "./openapi/content.test.helper.js";
import { enrolment } from "./openapi/enrolment.test.helper.js";
import { exchanges } from "./openapi/exchanges.test.helper.js";
import { inventories } from "./openapi/inventories.test.helper.js";
import { jobs } from "./openapi/jobs.test.helper.js";
import { nodes } from "./openapi/nodes.test.helper.js";
import { reports } from "./openapi/reports.test.helper.js";
import { useDocumentedSite } from "./openapi/site.test.helper.js";

const operations = operationsOf(apiDocument());

// In this order: each finds what those before it left, and the trail of audit events is of all.
describe("what is there", () => {
  const site = useDocumentedSite();
  const { admin, succeeded } = site;
  for (const part of [reports, inventories, nodes, content, enrolment, catalogs, exchanges, authority, jobs])
    part(site);

  it("the gateway tells of itself", async () => {
    const { json } = await admin("GET", "/status");
    expect(json).toMatchObject({
      nodes: { active: 1, expired: 0, deactivated: 0 },
      protocols: ["dsc", "glpi", "fusioninventory", "puppet"],
    });
    expect(Object.values(json.reports24h)).toEqual([1]);
    expect(Object.values(json.latestReports)).toEqual([1]);
    const { checks } = (await admin("GET", "/doctor")).json;
    expect(checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: "authority", state: "ok" }),
        expect.objectContaining({ id: "revocation-lists", state: "ok" }),
      ]),
    );
  });

  it("a purged node is gone, with its reports", async () => {
    expect((await admin("DELETE", "/nodes/web-1")).json).toEqual({
      nodeId: site.nodeId,
      name: "web-1",
      agents: 1,
      reports: 1,
    });
    expect((await admin("GET", `/nodes/${site.nodeId}`)).status).toBe(404);
    expect((await admin("GET", "/reports")).json.reports).toEqual([]);
  });

  it("every write left a trace, newest first, and no read did", async () => {
    const { json } = await admin("GET", "/audit-events");
    expect(json.events.map(({ action }: { action: string }) => action).toReversed()).toEqual([
      "dead-letter.redrive",
      "dead-letter.redrive",
      "dead-letter.discard",
      "node.label",
      "node.label",
      "node.setting.set",
      "node.setting.remove",
      "group.put",
      "group.remove",
      "node.deactivate",
      "node.activate",
      "identity.conflict",
      "identity.dismiss",
      "node.merge",
      "node.split",
      "node.undo",
      "node.undo",
      "node.purge",
      "node.purge",
      "enrolment-key.add",
      "enrolment-key.revoke",
      "token.create",
      "token.revoke",
      "artifact.publish",
      "artifact.move-channel",
      "apply.create",
      "environment.deploy",
      "environment.deploy",
      "environment.rollback",
      "environment.withdraw",
      "agent-login.add",
      "agent-login.add",
      "agent-login.revoke",
      "registration-token.create",
      "agent-key.renew",
      "agent-key.revoke",
      "registration-token.revoke",
      "node.setting.set",
      "node.setting.set",
      "node.purge",
      "node.setting.set",
      "environment.compare",
      "node.purge",
      "recording.add",
      "recording.stop",
      "ca.request.delete",
      "ca.sign",
      "ca.generate",
      "ca.revoke-serials",
      "ca.revoke",
      "ca.clean",
      "ca.policy.put",
      "ca.policy.remove",
      "authorization-rule.put",
      "authorization-rule.remove",
      "credential.put",
      "credential.remove",
      "package.publish",
      "job.create",
      "package.withdraw",
      "job.create",
      "job.create",
      "job.cancel",
      "node.purge",
      "node.purge",
    ]);
    const page = async (query: string) => (await admin("GET", `/audit-events?${query}`)).json;
    const first = await page("action=dead-letter.&limit=2");
    expect(first.events.map(({ subject }: { subject: string }) => subject)).toEqual([
      expect.stringMatching(/^\d+$/),
      "all",
    ]);
    const second = await page(`action=dead-letter.&limit=2&after=${first.next}`);
    expect([second.events.length, second.next]).toEqual([1, null]);
    expect((await page("actor=the-viewer")).events).toEqual([]);
    expect((await page(`subject=${site.nodeId}&action=node.purge&actor=the-admin`)).events).toMatchObject([
      { detail: { reports: 1 } },
    ]);
    expect((await page("until=2001-01-01T00:00:00Z")).events).toEqual([]);
    expect((await page("since=2099-01-01T00:00:00Z")).events).toEqual([]);
  });

  it("every operation has succeeded once, as documented", async () => {
    await admin("GET", "/openapi.json");
    expect([...succeeded].toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
  });
});
