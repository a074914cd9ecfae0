import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

/** What agents say, and are answered. */
export function exchanges({ admin, house }: DocumentedSite): void {
  it("recordings begin and end, and keep what is said meanwhile", async () => {
    const spec = { name: "all", protocol: "dsc", route: "dsc.", from: "127.0.0.1", leastStatus: 200 };
    const { json } = await admin("POST", "/recordings", { ...spec, seconds: 60, most: 5, megabytes: 1 });
    expect((await admin("POST", "/recordings", spec)).status).toBe(409);
    expect((await admin("POST", "/recordings", { node: "nobody" })).status).toBe(404);
    await house.gateway.recorder.refresh();
    await house.call("GET", "/PSDSCPullServer.svc/$metadata");
    const page = await admin("GET", "/exchanges?protocol=dsc&wait=30s");
    expect(page.json.exchanges).toMatchObject([{ method: "GET", nodeId: null }]);
    expect((await admin("GET", `/exchanges/${page.json.exchanges[0].id}`)).json.response.body.syntax).toBe("xml");
    expect((await admin("GET", "/exchanges/0")).status).toBe(404);
    expect((await admin("GET", "/exchanges?wait=1h")).status).toBe(400);
    expect((await admin("GET", "/recordings")).json.recordings).toMatchObject([{ id: json.id, state: "on" }]);
    expect((await admin("DELETE", "/recordings/all")).json).toMatchObject({ state: "stopped" });
    expect((await admin("DELETE", "/recordings/all")).status).toBe(404);
  });

  it("a stream tells them as they come", async () => {
    expect((await admin("GET", "/exchange-stream?node=nobody")).status).toBe(404);
    expect((await admin("GET", "/exchange-stream")).headers["content-type"]).toBe("text/event-stream");
  });
}
