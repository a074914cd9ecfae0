import type { CatalogRequest, Compiled } from "@gatehouse/core/catalogs";
import type { GatehouseError } from "@gatehouse/core/errors";
import { emptyCatalog } from "../../catalogs/render.js";
import { made } from "../../fake-v3.test.helper.js";
import { type Sent, serve, verified } from "../../puppet.test.helper.js";

export const NODE = "web01.example.org";
export const PATH = `/puppet/v3/catalog/${NODE}`;
export const peer = verified(NODE, { pp_role: "web" });
export const facts = { name: NODE, values: { os: { family: "Debian" }, clientcert: NODE } };
export const form = { "Content-Type": "application/x-www-form-urlencoded" };
export const rich = { Accept: "application/vnd.puppet.rich+json, application/json, text/pson" };
export const semver = { __ptype: "SemVer", __pvalue: "1.2.3" };
export const resource = {
  ...{ type: "File", title: "/a", tags: ["file"], exported: false, kind: "compilable_type" as const },
  parameters: { source: "puppet:///modules/lab/one.txt", content: semver },
};

/** A source of catalogs that notes what it is asked, in a house with some environments. */
export async function house({
  settings = {},
  fails = undefined as GatehouseError | undefined,
  said = {} as Partial<Compiled>,
  /** Whether catalogs wait for {@link release}. */
  held = false,
} = {}) {
  const asked: CatalogRequest[] = [];
  const resolved: unknown[] = [];
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const served = await serve({
    catalogs: {
      compile: async (request) => {
        asked.push(request);
        if (held) await released;
        if (fails !== undefined) throw fails;
        const code_id = request.environment?.codeId ?? null;
        const empty = emptyCatalog(request.certname, request.environmentName);
        return made({ ...empty, version: 7, code_id, resources: [resource] }, said);
      },
    },
    assignments: {
      resolved: async (agent, saying) => {
        resolved.push([agent.nodeId, saying]);
        return { settings, conflicts: [] };
      },
    },
    facts: {
      of: async () => [{ source: "puppet", facts: { stored: true }, seenAt: new Date(0), changedAt: new Date(0) }],
      ofAgent: async () => undefined,
    },
  });
  served.environments.deploy("production", { "modules/lab/files/one.txt": "one" });
  served.environments.deploy("staging", {});
  const ask = (said: Record<string, string>, more: Sent = {}, environment = "production") =>
    served.send("POST", `${PATH}?environment=${environment}`, {
      peer,
      body: new URLSearchParams(said).toString(),
      ...more,
      headers: { ...form, ...rich, ...more.headers },
    });
  return { ...served, release, asked, resolved, ask };
}
export const withFacts = { facts_format: "application/json", facts: encodeURIComponent(JSON.stringify(facts)) };
