import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sampleConfiguration } from "@gatehouse/simulator";
import { gatehouse, startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { spread } from "../stats.js";
import { madeGroups } from "./made-groups.js";
import type { FleetSettings } from "./settings.js";

/** Bytes of each configuration. */
const SIZE = 4 * 1024;
/** One document of so many is a configuration with a file of its own, the others are groups. */
const CONFIGURATION_EVERY = 4;

/** A folder of documents applied to an empty gateway by the command, and the same again. */
export async function applying(dir: string, settings: FleetSettings): Promise<Findings> {
  const folder = path.join(dir, "documents");
  writeDocuments(folder, settings.documents);
  const [first, again]: [number[], number[]] = [[], []];
  for (let i = 0; i < settings.applies; i++) {
    const gateway = await startGateway(path.join(dir, `apply-${i}`));
    try {
      for (const into of [first, again]) {
        const begun = performance.now();
        await gatehouse(gateway.dataDir, "apply", "-f", folder);
        into.push((performance.now() - begun) / 1_000);
      }
    } finally {
      await gateway.stop();
    }
  }
  return {
    goals: [
      {
        id: "apply",
        what: `${settings.documents} documents applied to an empty gateway`,
        judgedBy: "time of the command, its own start and the files included",
        unit: "s",
        atMost: 20,
        measured: spread(first),
        beside: { "the same again": spread(again) },
      },
    ],
    cases: [],
  };
}

function writeDocuments(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const configurations = Math.floor(count / CONFIGURATION_EVERY);
  for (let i = 0; i < configurations; i++) {
    const name = `Made${i}`;
    writeFileSync(path.join(folder, `${name}.mof`), sampleConfiguration({ name, size: SIZE }));
    const document = { kind: "Configuration", name, spec: { file: `${name}.mof` } };
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(document));
  }
  const groups = madeGroups(count - configurations).map(({ name, ...spec }) => ({ kind: "Group", name, spec }));
  writeFileSync(path.join(folder, "groups.yaml"), groups.map((group) => `---\n${JSON.stringify(group)}\n`).join(""));
}
