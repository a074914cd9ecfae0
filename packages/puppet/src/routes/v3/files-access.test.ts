import type { Peer } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { admin, nobody, serve, stranger, verified, world } from "../../puppet.test.helper.js";
import { environmentRoutes } from "./environments.js";
import { fileRoutes } from "./files.js";
import { staticContentRoutes } from "./static-content.js";
import { taskRoutes } from "./tasks.js";

const V3 = "/puppet/v3";
const IN = "environment=production";

/** A call for each row. One without fails the test below. */
const samples: Readonly<Record<string, string>> = {
  "puppet.v3.environments": "environments",
  "puppet.v3.environment-modules": "environment_modules",
  "puppet.v3.environment-transports": `environment_transports?${IN}`,
  "puppet.v3.environment-classes": `environment_classes?${IN}`,
  "puppet.v3.file-metadata": `file_metadata/modules/lab/one.txt?${IN}`,
  "puppet.v3.file-metadata.post": `file_metadata/modules/lab/one.txt?${IN}`,
  "puppet.v3.file-metadatas": `file_metadatas/plugins?${IN}`,
  "puppet.v3.file-metadatas.post": `file_metadatas/plugins?${IN}`,
  "puppet.v3.file-content": `file_content/modules/lab/one.txt?${IN}`,
  "puppet.v3.file-content.post": `file_content/modules/lab/one.txt?${IN}`,
  "puppet.v3.static-file-content": `static_file_content/modules/lab/files/one.txt?${IN}&code_id=1`,
  "puppet.v3.tasks": `tasks?${IN}`,
  "puppet.v3.task": `tasks/lab/run?${IN}`,
  "puppet.v3.plans": `plans?${IN}`,
  "puppet.v3.plan": `plans/lab/go?${IN}`,
};
const DENIED = ["environment-modules", "environment-transports", "environment-classes", "plans", "plan"].map(
  (name) => `puppet.v3.${name}`,
);

const { deps } = world();
const rows = [environmentRoutes, fileRoutes, staticContentRoutes, taskRoutes].flatMap((routes) => routes(deps));

/** The rows that a caller reaches; each of the others says nothing but that it may not be called. */
async function reached(peer: Peer): Promise<string[]> {
  const { environments, lines, send } = await serve();
  environments.deploy("production", {
    "modules/lab/files/one.txt": "x",
    "modules/lab/tasks/run.sh": "x",
    "modules/lab/plans/go.pp": "x",
  });
  const ids: string[] = [];
  for (const { id, method } of rows) {
    const path = `${V3}/${samples[id]}`;
    const { status, text, type } = await send(method, path, { peer, headers: { Accept: "*/*" } });
    if (status === 403) {
      const shown = `${path.split("?")[0]} (method :${method.toLowerCase()})`;
      expect([text, type]).toEqual([`Forbidden request: ${shown}. Please see the server logs for details.`, undefined]);
      continue;
    }
    expect([id, status]).toEqual([id, 200]);
    expect(lines.at(-1)?.fields["route"]).toBe(id);
    ids.push(id);
  }
  return ids;
}

describe("files, environments and tasks", () => {
  it("have a sample for every row", () => {
    expect(rows.map(({ id }) => id).toSorted()).toEqual(Object.keys(samples).toSorted());
  });

  it("leave who may call to the rules, and say how long a body may be and where a path ends", () => {
    for (const { id, access, bodyLimit, method, pattern } of rows) {
      expect(access, id).toEqual({ who: "rules" });
      expect(bodyLimit > 0, id).toBe(method === "POST");
      expect(pattern.source, id).toMatch(/^\^.*\$$/);
      expect([pattern.source.includes("|"), pattern.flags], id).toEqual([false, ""]);
    }
  });

  it.each<[string, Peer]>([
    ["nobody", nobody],
    ["a certificate of somebody else's", stranger],
    ["a certificate of profile inventory", verified("x", { pp_cli_auth: "true" }, "inventory")],
    ["a certificate of profile operator", verified("x", { pp_cli_auth: "true" }, "operator")],
  ])("are nothing for %s", async (_, peer) => {
    expect(await reached(peer)).toEqual([]);
  });

  it("are for every node, but for what takes a rule", async () => {
    const open = rows.map(({ id }) => id).filter((id) => !DENIED.includes(id));
    expect(await reached(verified("web01.example.org"))).toEqual(open);
    expect(await reached(admin)).toEqual(open);
  });
});
