import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { createReports } from "../reports/reports.js";
import { hear, type Word } from "../submissions/reporting.test.helper.js";
import { catalogOf, resource, useCatalogs } from "./catalogs.test.helper.js";

const house = useCatalogs();
let n = 0;
let certname = "";
let agentId = "";
let nodeId = "";
beforeAll(() => makePartitions(house.db));
beforeEach(async () => {
  certname = `reporting${++n}.example.org`;
  ({ agentId, nodeId } = await house.enrol(certname));
});

/** A catalog of this one resource. @returns its uuid */
async function keep(title: string): Promise<string> {
  const catalog = catalogOf(certname, [resource("File", title)]);
  await house.keep(certname, { catalog });
  return catalog.catalog_uuid;
}
let runs = 0;
/** A run that is reported now. @returns the report's id */
async function report(uuid: string | undefined, more: Partial<Word> = {}): Promise<string> {
  const run = `run ${++runs}`;
  // A Date is cut to the millisecond: it is not to be before a catalog of the same one.
  await house.db.run("select pg_sleep(0.005)");
  const [{ at } = { at: new Date() }] = await house.db.run<{ at: Date }>("select clock_timestamp() as at");
  const said = { attributes: uuid === undefined ? {} : { catalog_uuid: uuid } };
  await hear(house.db, { agentId, run, protocol: "puppet", at, said, ...more });
  return (await createReports(house.db).findRun(agentId, run))?.id ?? "";
}
const kept = async () => (await house.archive().list(nodeId, 10)).map(({ id }) => id);
const ofReport = async (id: string) => (await house.archive().ofReport(id))?.id;
const reportsOf = async (id: string, limit = 10, of = nodeId) =>
  (await house.archive().reportsOf(of, id, limit)).map((one) => one.id);

describe("a report and the catalog that its run applied", () => {
  it("find each other, each run its own", async () => {
    const first = await report(await keep("/a"));
    const second = await report(await keep("/b"));
    const [b = "", a = ""] = await kept();
    expect([await ofReport(first), await ofReport(second)]).toEqual([a, b]);
    expect([await reportsOf(a), await reportsOf(b)]).toEqual([[first], [second]]);
    const [found] = await house.archive().reportsOf(nodeId, a, 1);
    expect(found).toEqual({ id: first, status: "running", firstAt: expect.any(Date) });
  });

  it("find each other where the same catalog was made again since", async () => {
    const reports: string[] = [];
    for (let i = 0; i < 3; i++) reports.push(await report(await keep("/a")));
    const [only = "", ...others] = await kept();
    expect(others).toEqual([]);
    for (const id of reports) expect(await ofReport(id)).toBe(only);
    expect(await reportsOf(only)).toEqual(reports.toReversed());
    expect(await reportsOf(only, 2)).toHaveLength(2);
  });

  it("find each other where the agent had it cached, for its code failed since", async () => {
    const cached = await keep("/a");
    await house.keep(certname, { error: "Syntax error" });
    const id = await report(cached);
    const [failed = "", a] = await kept();
    expect([await ofReport(id), await reportsOf(failed)]).toEqual([a, []]);
  });

  it("do not where the report names no catalog, one that is not kept, or is no Puppet agent's", async () => {
    const before = await report("uuid-of-before");
    const uuid = await keep("/a");
    const others = [await report(undefined), await report(uuid, { protocol: "dsc" }), await report("uuid-of-none")];
    for (const id of [before, ...others, "7777777", "x"]) expect(await ofReport(id)).toBeUndefined();
    const [a = ""] = await kept();
    expect(await reportsOf(a)).toEqual([]);
  });

  it("are of one node", async () => {
    await report(await keep("/a"));
    const [a = ""] = await kept();
    const { nodeId: other } = await house.enrol(`other.${certname}`);
    expect([await reportsOf(a, 10, other), await reportsOf(a, 10, "x"), await reportsOf("x")]).toEqual([[], [], []]);
  });
});
