import { describe, expect, it } from "vitest";
import { kindsHouse } from "./kinds.test.helper.js";

const { house, call, apply, done, fieldsOf, refusedAt } = kindsHouse();
const recording = (spec: object = {}, name = "web") => ({ kind: "Recording", name, spec });
const listed = async (): Promise<{ id: string; name: string; state: string; spec: object; most: number }[]> =>
  (await call("GET", "/recordings")).json.recordings;
const states = async () => (await listed()).map(({ name, state }) => `${name} ${state}`);

describe("Recording", () => {
  it("is on from the apply on, is changed by beginning anew, and is stopped when its file is gone", async () => {
    expect(await done([recording({ leastStatus: 400 })])).toEqual(["+ Recording web", "= 0"]);
    expect(await listed()).toMatchObject([{ name: "web", state: "on", spec: { leastStatus: 400 }, most: 1000 }]);
    expect(await done([recording({ leastStatus: 400 })])).toEqual(["= 1"]);
    // What counts where nothing is said, said.
    expect(await done([recording({ leastStatus: 400, most: 1000, seconds: 3600, megabytes: 256 })])).toEqual(["= 1"]);
    expect(await fieldsOf(recording({ leastStatus: 500, most: 10 }))).toEqual([
      { field: "leastStatus", before: 400, after: 500 },
      { field: "most", before: 1000, after: 10 },
    ]);
    expect(await states()).toEqual(["web on", "web stopped"]);
    expect(await done([], { prune: true })).toEqual(["- Recording web", "= 0"]);
    expect(await states()).toEqual(["web stopped", "web stopped"]);
  });

  it("that is over or full has done what its file says; one that somebody stopped begins anew", async () => {
    await done([recording()]);
    await house.db.run("update recordings set ends_at = now()");
    expect([await done([recording()]), await states()]).toEqual([["= 1"], ["web over"]]);
    // It says something else: another one.
    expect(await done([recording({ most: 5 })])).toEqual(["+ Recording web", "= 0"]);
    await house.db.run("update recordings set recorded = 5 where most = 5");
    expect([await done([recording({ most: 5 })]), await states()]).toEqual([["= 1"], ["web full", "web over"]]);
    // Nothing is there to be taken away.
    expect(await done([], { prune: true })).toEqual(["= 0"]);

    await done([recording()]);
    expect((await call("DELETE", "/recordings/web")).status).toBe(200);
    expect(await done([recording()])).toEqual(["+ Recording web", "= 0"]);
  });

  it("that a person began under its name becomes as the file says, and stays when the file goes", async () => {
    expect((await call("POST", "/recordings", { name: "web", leastStatus: 500 })).status).toBe(201);
    expect(await done([recording({ leastStatus: 500 })])).toEqual(["= 1"]);
    expect(await done([], { prune: true })).toEqual(["! Recording web", "= 0"]);
    expect(await states()).toEqual(["web on"]);
  });

  it("may be of a group that the same files make", async () => {
    const group = { kind: "Group", name: "lab", spec: { nodes: [], settings: {} } };
    expect(await done([recording({ group: "lab" }), group])).toEqual(["+ Group lab", "+ Recording web", "= 0"]);
  });

  it("of a node or a group that is not there, or that could not be, is refused at its place", async () => {
    expect(await refusedAt([recording({ node: "nobody" })])).toEqual([
      expect.stringMatching(/^\/documents\/0\/spec: /),
    ]);
    expect(await refusedAt([recording({ group: "nobody" })])).toEqual([expect.stringMatching(/spec: .*no group/)]);
    expect(await refusedAt([recording({ from: "nowhere" })])).toEqual([expect.stringMatching(/spec\/from: /)]);
    expect(await refusedAt([recording({ seconds: 1e9 })])).toEqual([expect.stringMatching(/spec\/seconds: /)]);
    // One that is on is compared before.
    await done([recording()]);
    expect(await refusedAt([recording({ node: "nobody" })])).toEqual([
      expect.stringMatching(/^\/documents\/0\/spec: /),
    ]);
    expect(await states()).toEqual(["web on"]);
  });

  it("in a dry run is as it was", async () => {
    expect((await apply([recording()], { dryRun: true })).json.changes).toMatchObject([{ action: "create" }]);
    expect(await listed()).toEqual([]);
  });
});
