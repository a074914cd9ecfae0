import { catalogSettings, refuseConflicts } from "@gatehouse/core/catalogs";
import type { RouteRequest, RouteRow } from "@gatehouse/http";
import { aliasOf } from "../../agents.js";
import { askingAgent } from "../../catalogs/asking-agent.js";
import { chooseEnvironment } from "../../catalogs/environment-choice.js";
import { agentWithFacts, resolutionFor } from "../../catalogs/node-data.js";
import { type CatalogFormat, rendered, textual } from "../../catalogs/render.js";
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
  const known = await agentWithFacts(deps, aliasOf(certname));
  const { settings, conflicts } = await resolutionFor(
    deps,
    known?.agent ?? (await askingAgent(deps, certname, request)),
  );
  refuseConflicts(conflicts);
  const { name: environment } = await chooseEnvironment(deps.environments, settings, requested);
  return answer(
    {
      name: certname,
      environment,
      facts: known?.text ?? "{}",
      parameters: treeOf(settings[catalogSettings.parameters]),
      classes: treeOf(settings[catalogSettings.classes]),
    },
    format,
  );
}

interface NodeSaid {
  readonly name: string;
  readonly environment: string;
  /** The text of a JSON object. */
  readonly facts: string;
  /** They come before the facts. */
  readonly parameters: object;
  readonly classes: object;
}

/** Facts that nothing comes before go on as the text that they are: to read and write them costs more than all the rest. */
function answer({ name, environment, facts, parameters, classes }: NodeSaid, format: CatalogFormat) {
  const more = isEmpty(classes) ? {} : { classes };
  if (facts !== "{}" && isEmpty(parameters) && (format === "json" || format === "pson")) {
    const end = isEmpty(classes) ? "}" : `,${JSON.stringify(more).slice(1)}`;
    const start = JSON.stringify({ name, environment }).slice(0, -1);
    return textual(`${start},"parameters":${facts}${end}`, format);
  }
  const variables = { ...(JSON.parse(facts) as object), ...parameters };
  return rendered({ name, environment, ...(isEmpty(variables) ? {} : { parameters: variables }), ...more }, format);
}

const isEmpty = (value: object) => Object.keys(value).length === 0;

const treeOf = (value: unknown): object =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
