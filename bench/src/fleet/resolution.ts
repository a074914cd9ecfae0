import { resolve, rulebookOf } from "@gatehouse/core/assignment";
import { compileGroups } from "@gatehouse/core/groups";
import { dscAdapter } from "@gatehouse/dsc";
import type { Findings } from "../report.js";
import { quantile, spread } from "../stats.js";
import { madeGroups, subjectOf } from "./made-groups.js";
import type { FleetSettings } from "./settings.js";

/** What every node gets of all groups, each node seen for the first time. */
export function resolution({ groups: count, resolved, rounds, warmUps }: FleetSettings): Findings {
  const rulebook = rulebookOf(compileGroups(madeGroups(count)), dscAdapter.settings);
  const [medians, p99s]: [number[], number[]] = [[], []];
  for (let round = -warmUps; round < rounds; round++) {
    const subjects = Array.from({ length: resolved }, (_, n) => subjectOf(n));
    const microseconds = subjects.map((subject) => {
      const begun = performance.now();
      const given = resolve(subject, {}, rulebook).settings;
      const took = (performance.now() - begun) * 1_000;
      if (!Array.isArray(given["dsc.configurations"])) throw new Error(`${subject.name} gets no configuration`);
      return took;
    });
    microseconds.sort((a, b) => a - b);
    if (round < 0) continue;
    medians.push(quantile(microseconds, 0.5));
    p99s.push(quantile(microseconds, 0.99));
  }
  return {
    goals: [
      {
        id: "resolution",
        what: `What one node gets of ${count} groups`,
        judgedBy: "time of one resolution, nothing kept from before",
        unit: "µs",
        atMost: 200,
        measured: spread(medians),
        beside: { p99: spread(p99s) },
      },
    ],
    cases: [],
  };
}
