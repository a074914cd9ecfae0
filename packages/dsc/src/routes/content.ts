import { CURRENT, type LaidBlob } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Reply, RouteRow } from "@gatehouse/http";
import { isEntitled } from "../decision.js";
import type { DscDeps } from "../deps.js";
import { configurationsOf } from "../explain.js";
import { newestFirst } from "../module-version.js";
import { CONFIGURATION } from "../publishing/configuration-kind.js";
import { MODULE } from "../publishing/module-kind.js";
import { keyOf, knownAgent } from "./agent.js";

const notFound = (what: string, detail: string) =>
  new GatehouseError("not-found", `There is no such ${what} for this node.`, { detail });

/** The exact bytes, with the checksum in the form that both LCMs verify. */
function download(blob: LaidBlob): Reply {
  return {
    status: 200,
    headers: {
      "Content-Type": "application/octet-stream",
      Checksum: blob.sha256.toUpperCase(),
      ChecksumAlgorithm: "SHA-256",
      DataServiceVersion: "1.0;",
    },
    body: "bytes" in blob ? blob.bytes : { path: blob.path, size: blob.size },
  };
}

/** ConfigurationContent: only names that the node registered or was assigned; any other does not exist for it. */
export function configurationContentRoute(deps: DscDeps): RouteRow {
  return {
    id: "dsc.configuration-content",
    method: "GET",
    pattern:
      /^\/nodes\(agentid=(?<agentId>[^,)]*)\)\/configurations\(configurationname=(?<name>[^,)]*)\)\/configurationcontent$/,
    access: { who: "agent", proof: "a registered AgentId, entitled to the name" },
    bodyLimit: 0,
    admission: "content",
    handle: async (request) => {
      const { params } = request;
      const name = keyOf(params, "name");
      const entitled = async (lookUp: "findAgent" | "recentAgent") => {
        const agent = await knownAgent(deps, keyOf(params, "agentId"), request, lookUp);
        return isEntitled(configurationsOf(agent, await deps.assignments.of(agent)), name);
      };
      // What was given to the node in these seconds counts already.
      if (!(await entitled("recentAgent")) && !(await entitled("findAgent"))) {
        throw notFound("configuration", "rule: the node neither registered this name nor was assigned it");
      }
      const [head] = await deps.content.heads(CONFIGURATION, [name], CURRENT);
      if (head === undefined) throw notFound("configuration", "rule: nothing is published under this name");
      return download(await deps.content.open(head));
    },
  };
}

/** ModuleContent: the version as its text was published; an empty version means the newest. */
export function moduleContentRoute(deps: DscDeps): RouteRow {
  return {
    id: "dsc.module-content",
    method: "GET",
    pattern: /^\/modules\(modulename=(?<name>[^,)]*),moduleversion=(?<version>[^,)]*)\)\/modulecontent$/,
    access: { who: "agent", proof: "a registered AgentId in the AgentId header" },
    bodyLimit: 0,
    admission: "content",
    handle: async (request) => {
      const { params, headers } = request;
      const sent = headers["agentid"];
      if (typeof sent !== "string" || sent === "") {
        throw new GatehouseError("unauthenticated", "The AgentId header is missing.", {
          detail: "rule: no AgentId header",
        });
      }
      await knownAgent(deps, sent, request, "recentAgent");
      const wanted = keyOf(params, "version").trim().toLowerCase();
      const published = await deps.content.channels(MODULE, keyOf(params, "name"));
      const head =
        wanted === "" ? newestFirst(published)[0] : published.find(({ channel }) => channel.toLowerCase() === wanted);
      if (head === undefined) throw notFound("module", "rule: this module and version is not published");
      return download(await deps.content.open(head));
    },
  };
}
