import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fleet, startFleet } from "./fleet.js";
import { commandOf, notCalled } from "./gatehouse.js";
import { dscVerbs } from "./verbs/dsc.js";
import { enrolmentVerbs } from "./verbs/enrolment.js";
import { inventoryVerbs } from "./verbs/inventories.js";
import { jobVerbs } from "./verbs/jobs.js";
import { nodeVerbs } from "./verbs/nodes.js";
import { operatorVerbs, overviewVerbs } from "./verbs/operators.js";
import { reportVerbs } from "./verbs/reports.js";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.server.close());

// In this order: each finds what those before it left.
const site = { ...commandOf(() => fleet.server.site), fleet: () => fleet };
for (const verbs of [
  overviewVerbs,
  nodeVerbs,
  reportVerbs,
  dscVerbs,
  operatorVerbs,
  enrolmentVerbs,
  inventoryVerbs,
  jobVerbs,
])
  verbs(site);

describe("every verb", () => {
  it("was called above, but those that have a file of their own", async () => {
    // The gateway itself is started by `serve`.
    const elsewhere = /^(serve$|apply$|backup |ca |credential |expect$|group |puppet )/;
    expect((await notCalled()).filter((verb) => !elsewhere.test(verb))).toEqual([]);
  });
});
