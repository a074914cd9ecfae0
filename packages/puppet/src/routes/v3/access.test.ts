import type { Peer } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { admin, nobody, serve, stranger, verified, world } from "../../puppet.test.helper.js";
import { puppetTables } from "../../router.js";

const B = "node-b.example.org";
const V3 = "/puppet/v3";

/** A call for each row, about node B where it is about one, and whom the default rules let in. */
const samples: Readonly<Record<string, readonly [path: string, who: "own" | "node" | "nobody"]>> = {
  "puppet.v3.node": [`${V3}/node/${B}`, "own"],
  "puppet.v3.catalog.get": [`${V3}/catalog/${B}`, "own"],
  "puppet.v3.catalog.post": [`${V3}/catalog/${B}`, "own"],
  "puppet.v4.catalog": ["/puppet/v4/catalog", "nobody"],
  "puppet.v3.environments": [`${V3}/environments`, "node"],
  "puppet.v3.environment-classes": [`${V3}/environment_classes`, "nobody"],
  "puppet.v3.environment-modules": [`${V3}/environment_modules`, "nobody"],
  "puppet.v3.environment-transports": [`${V3}/environment_transports`, "nobody"],
  "puppet.v3.file-metadata": [`${V3}/file_metadata/modules/x/y`, "node"],
  "puppet.v3.file-metadata.post": [`${V3}/file_metadata/modules/x/y`, "node"],
  "puppet.v3.file-metadatas": [`${V3}/file_metadatas/plugins`, "node"],
  "puppet.v3.file-metadatas.post": [`${V3}/file_metadatas/plugins`, "node"],
  "puppet.v3.file-content": [`${V3}/file_content/modules/x/y`, "node"],
  "puppet.v3.file-content.post": [`${V3}/file_content/modules/x/y`, "node"],
  "puppet.v3.static-file-content": [`${V3}/static_file_content/modules/x/files/y`, "node"],
  "puppet.v3.tasks": [`${V3}/tasks`, "node"],
  "puppet.v3.task": [`${V3}/tasks/x/y`, "node"],
  "puppet.v3.plans": [`${V3}/plans`, "nobody"],
  "puppet.v3.plan": [`${V3}/plans/x/y`, "nobody"],
  "puppet.v3.facts": [`${V3}/facts/${B}`, "own"],
  "puppet.v3.file-bucket.head": [`${V3}/file_bucket_file/md5/x`, "node"],
  "puppet.v3.file-bucket.get": [`${V3}/file_bucket_file/md5/x`, "node"],
  "puppet.v3.file-bucket.put": [`${V3}/file_bucket_file/md5/x`, "node"],
  "puppet.v3.report": [`${V3}/report/${B}`, "own"],
};
const [, { rows }] = puppetTables(world().deps);

const callers: readonly [string, Peer, readonly string[]][] = [
  ["nobody", nobody, []],
  ["a certificate of somebody else's", stranger, []],
  ["a certificate of profile inventory", verified(B, { pp_cli_auth: "true" }, "inventory"), []],
  ["a certificate of profile operator", verified(B, { pp_cli_auth: "true" }, "operator"), []],
  ["the gateway's own certificate", verified(B, { pp_cli_auth: "true" }, "server"), []],
  ["an administrator", admin, ["node"]],
  ["another node", verified("node-a.example.org"), ["node"]],
  ["a node of a longer name", verified(`x${B}`), ["node"]],
  ["the node in other letters", verified(B.toUpperCase()), ["node"]],
  ["the node", verified(B), ["node", "own"]],
];

describe("API v3: who gets where (G7, T8)", () => {
  it("has a sample for every row", () => {
    expect(Object.keys(samples).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  });

  it("leaves who may call to the rules, and says for each row where it ends", () => {
    for (const { id, access, bodyLimit, method, pattern } of rows) {
      expect(access, id).toEqual({ who: "rules" });
      expect(bodyLimit > 0, id).toBe(method === "PUT" || method === "POST");
      expect(pattern.source, id).toMatch(/^\^.*\$$/);
    }
  });

  it.each(callers)("%s", async (_, peer, may) => {
    for (const { id, method } of rows) {
      const { send, lines } = await serve();
      const [path = "", who = ""] = samples[id] ?? [];
      const answer = await send(method, path, { peer });
      if (may.includes(who)) {
        // What it says is each route's own business: this call has no parameters and no body.
        expect([answer.status === 403, lines.at(-1)?.fields["route"]], id).toEqual([false, id]);
        continue;
      }
      expect(answer.status, id).toBe(403);
      expect(answer.type, id).toBeUndefined();
      expect(answer.text, id).toBe(
        method === "HEAD"
          ? ""
          : `Forbidden request: ${path} (method :${method.toLowerCase()}). Please see the server logs for details.`,
      );
    }
  });
});
