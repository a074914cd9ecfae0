import { catalogSettings, refuseConflicts } from "@gatehouse/core/catalogs";
import type { RouteRequest, RouteRow } from "@gatehouse/http";
import { askingAgent } from "../../catalogs/asking-agent.js";
import { chooseEnvironment } from "../../catalogs/environment-choice.js";
import { resolutionFor, storedFacts } from "../../catalogs/node-data.js";
import { rendered } from "../../catalogs/render.js";
import type { PuppetV3Deps } from "../../deps.js";
import { answerFormat } from "../../wire/formats.js";
import { environmentOf, parametersOf } from "./parameters.js";

/** GET node/:certname: which environment a node has, with what its groups give it (wire/puppet.md section 3.1). */
export const nodeRoutes = (deps: PuppetV3Deps): RouteRow[] => [
  {
    id: "puppet.v3.node",
    method: "GET",
    pattern: /^\/puppet\/v3\/node\/(?<certname>[^/]+)$/,
    access: { who: "rules" },
    bodyLimit: 0,
    admission: "check-in",
    handle: (request) => nodeOf(deps, request),
  },
];

async function nodeOf(deps: PuppetV3Deps, request: RouteRequest) {
  const certname = request.params["certname"] ?? "";
  const { name: requested } = await environmentOf(deps.environments, parametersOf(request));
  const format = answerFormat(request.headers.accept, ["json", "pson", "msgpack"]);
  const agent = await askingAgent(deps, certname, request);
  const [{ settings, conflicts }, facts] = await Promise.all([
    resolutionFor(deps, agent),
    storedFacts(deps, agent?.nodeId),
  ]);
  refuseConflicts(conflicts);
  const { name: environment } = await chooseEnvironment(deps.environments, settings, requested);
  const parameters = { ...facts, ...treeOf(settings[catalogSettings.parameters]) };
  const classes = treeOf(settings[catalogSettings.classes]);
  const said = {
    name: certname,
    environment,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(Object.keys(classes).length === 0 ? {} : { classes }),
  };
  return rendered(said, format);
}

const treeOf = (value: unknown): object =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
