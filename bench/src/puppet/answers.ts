import { openApi } from "../api.js";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import type { LoadResult, RequestShape } from "../load/types.js";
import type { Findings } from "../report.js";
import { type Measured, over, planFor, rotate, rowOf } from "../rounds.js";
import { catalogRequest, pluginsync } from "./requests.js";
import type { PuppetSettings } from "./settings.js";
import { newSite, type Site } from "./site.js";

/** What one agent waits for: its plugins' metadata, and its declared catalog with the facts that it sent stored. */
export async function answers(dir: string, load: Load, settings: PuppetSettings): Promise<Findings> {
  const { plugins, resources } = settings;
  const site = await newSite(dir, "answers", plugins);
  try {
    await declare(site, resources);
    const first = performance.now();
    const list = await ask(site, pluginsync);
    const firstMs = performance.now() - first;
    const files = (JSON.parse(list) as { type: string }[]).filter(({ type }) => type === "file").length;
    if (files !== plugins) throw new Error(`${files} plugins are listed instead of ${plugins}`);
    const catalog = JSON.parse(await ask(site, catalogRequest())) as { resources: { type: string }[] };
    const declared = catalog.resources.filter(({ type }) => type === "File").length;
    if (declared !== resources) throw new Error(`the catalog has ${declared} files instead of ${resources}`);
    const synced = await alone(load, settings, site, pluginsync, Buffer.from(list));
    const compiled = await alone(load, settings, site, catalogRequest(), undefined);
    const p50 = (measured: Measured) => over(measured, (round) => round.p50);
    return {
      goals: [
        {
          id: "pluginsync",
          what: `file_metadatas of ${plugins} plugins, ${list.length} bytes`,
          judgedBy: "median answer time of one client",
          unit: "ms",
          atMost: 20,
          measured: p50(synced),
          beside: { "the first of all": { median: firstMs, min: firstMs, max: firstMs } },
        },
        {
          id: "catalog",
          what: `A declared catalog of ${resources} resources, its facts committed`,
          judgedBy: "median answer time of one client",
          unit: "ms",
          atMost: 5,
          measured: p50(compiled),
          beside: { p99: over(compiled, (round) => round.p99) },
        },
      ],
      cases: [{ id: "answers", title: "One client", heading: "Request", rows: [rowOf(synced), rowOf(compiled)] }],
    };
  } finally {
    await site.gateway.stop();
  }
}

/** One group with so many files. */
async function declare({ gateway }: Site, resources: number): Promise<void> {
  const api = openApi(gateway, 1);
  const declared = Object.fromEntries(
    Array.from({ length: resources }, (_, i) => [
      `File[/etc/bench/file-${i}]`,
      { ensure: "file", mode: "0644", content: `%{facts.networking.fqdn} ${i}\n` },
    ]),
  );
  const settings = { "puppet.resources": declared };
  try {
    await api.put("/groups/bench", { priority: 0, rule: { field: "protocol", eq: "puppet" }, settings });
  } finally {
    api.close();
  }
}

const ask = async ({ gateway, client }: Site, request: RequestShape): Promise<string> =>
  (await record(gateway.httpsPort, request, "", client)).body.toString("utf8");

async function alone(
  load: Load,
  settings: PuppetSettings,
  { gateway, client }: Site,
  request: RequestShape,
  expected: Buffer | undefined,
): Promise<Measured<LoadResult>> {
  const { httpsPort: port, pid, postmaster } = gateway;
  const name = expected === undefined ? "catalog" : "pluginsync";
  const subject = { name, port, pid, postmaster, agents: 1, tls: client };
  const one = { ...settings, connections: 1 };
  const [measured] = await rotate([subject], () => load.run(planFor(subject, request, expected, one)), one);
  if (measured === undefined) throw new Error("nothing was measured");
  return measured;
}
