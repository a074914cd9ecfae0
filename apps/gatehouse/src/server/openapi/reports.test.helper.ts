import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

const JOB = "d6a09c93-632e-11e6-9c21-80e6500eb60d";

/** Reports, facts and dead letters; one node has reported. */
export function reports(site: DocumentedSite): void {
  const { admin, handIn, settled } = site;

  it("a report is listed, shown with its lines, and handed out as it came", async () => {
    const items = ["True", "False"].map((InDesiredState, i) => ({ ResourceId: `[File]${i}`, InDesiredState }));
    const StatusData = [
      JSON.stringify({ ResourcesInDesiredState: items.slice(0, 1), ResourcesNotInDesiredState: items.slice(1) }),
    ];
    const sent = JSON.stringify({ JobId: JOB, OperationType: "Consistency", Status: "Success", StatusData });
    await handIn(sent);
    const { json } = await admin("GET", "/reports?node=WEB-1&limit=1");
    const { agentId, nodeId } = site;
    expect(json.reports).toMatchObject([{ nodeId, agentId, run: JOB, protocol: "dsc", published: [] }]);
    const [{ id, parts, status }] = json.reports;
    expect((await admin("GET", `/reports/${id}`)).json).toEqual({ ...json.reports[0], catalog: null });
    const first = await admin("GET", `/reports/${id}/events?limit=1`);
    const second = await admin("GET", `/reports/${id}/events?limit=1&after=${first.json.next}`);
    expect([...first.json.events, ...second.json.events].map(({ resource }) => resource).toSorted()).toEqual([
      "[File]0",
      "[File]1",
    ]);
    expect(second.json.next).toBeNull();
    const raw = await admin("GET", `/reports/${id}/submissions/${parts[0].submissionId}`);
    expect(raw.text).toBe(sent);
    expect(raw.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "x-content-type-options": "nosniff",
    });
    expect(raw.headers["content-disposition"]).toMatch(/^attachment; filename="[\w.-]+"$/);
    const shown = await admin("GET", "/nodes/web-1");
    expect(shown.json.agents[0].latestReport).toMatchObject({ reportId: id, status });
  });

  it.each([
    ["status", "status=running"],
    ["protocol", "protocol=puppet"],
    ["time", "since=2099-01-01T00:00:00Z"],
    ["an earlier time", "until=2001-01-01T00:00:00%2B02:00"],
  ])("reports of another %s are not listed", async (_, query) => {
    expect((await admin("GET", "/reports")).json.reports).toHaveLength(1);
    expect((await admin("GET", `/reports?${query}`)).json).toEqual({ reports: [], next: null });
  });

  it("what a node says about itself is told, with what changed in it", async () => {
    for (const version of ["5.1", "7.4"]) {
      const AdditionalData = [{ Key: "PSVersion", Value: JSON.stringify({ PSVersion: version }) }];
      await handIn(JSON.stringify({ JobId: JOB, AdditionalData }));
      // Of two in one batch only the last state counts.
      await settled();
    }
    expect((await admin("GET", "/nodes/web-1/facts")).json.facts).toMatchObject([
      { source: "dsc", facts: { powershell: { version: "7.4" } } },
    ]);
    expect((await admin("GET", "/nodes/web-1/history?subject=facts")).json).toMatchObject({
      changes: [{ source: "dsc", path: "powershell.version", before: "5.1", after: "7.4" }],
      next: null,
    });
  });

  it("a dead letter is shown, put back, and thrown away", async () => {
    await handIn("<html>");
    await settled();
    const list = await admin("GET", "/dead-letters");
    const { agentId, nodeId } = site;
    expect(list.json.deadLetters).toMatchObject([
      { agentId, nodeId, nodeName: "web-1", kind: "dsc.report", redrives: 0 },
    ]);
    const [letter] = list.json.deadLetters;
    expect((await admin("GET", `/dead-letters/${letter.id}`)).json).toEqual(letter);
    expect((await admin("GET", `/dead-letters/${letter.id}/body`)).text).toBe("<html>");
    expect((await admin("POST", `/dead-letters/${letter.id}/redrive`)).status).toBe(204);
    await settled();
    expect((await admin("GET", `/dead-letters/${letter.id}`)).json.redrives).toBe(1);
    expect((await admin("POST", "/dead-letters/redrive")).json).toEqual({ redriven: 1 });
    await settled();
    expect((await admin("GET", "/status")).json.backlog).toEqual({ waiting: 0, oldestAt: null, deadLetters: 1 });
    expect((await admin("DELETE", `/dead-letters/${letter.id}`)).status).toBe(204);
    expect((await admin("DELETE", `/dead-letters/${letter.id}`)).status).toBe(404);
    expect((await admin("GET", "/dead-letters")).json).toEqual({ deadLetters: [], next: null });
  });
}
