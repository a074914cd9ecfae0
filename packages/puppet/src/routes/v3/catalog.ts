import { conflictFailure } from "@gatehouse/core/catalogs";
import { ownTurn } from "@gatehouse/core/clock";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { Reply, RouteRequest, RouteRow } from "@gatehouse/http";
import { askingAgent } from "../../catalogs/asking-agent.js";
import { chooseEnvironment } from "../../catalogs/environment-choice.js";
import { makeCatalog } from "../../catalogs/making.js";
import { latestFacts, resolutionFor } from "../../catalogs/node-data.js";
import { CATALOG_FORMATS, type CatalogFormat, emptyCatalog, renderCatalog } from "../../catalogs/render.js";
import { type SentFacts, sentFacts } from "../../catalogs/sent-facts.js";
import { commonChecksum, inlinedOf } from "../../catalogs/static-catalog.js";
import { extensionsOf, trustedFacts } from "../../catalogs/trusted.js";
import type { PuppetV3Deps } from "../../deps.js";
import { FileServer } from "../../environment/index.js";
import { layoutOf } from "../../environment/layout.js";
import { submitFacts } from "../../facts.js";
import { answerFormat } from "../../wire/formats.js";
import { connectionEnd } from "./connected.js";
import { environmentNameOf, parametersOf } from "./parameters.js";
import { limitPerCaller } from "./per-caller.js";

/** Bytes: 1 MiB of facts, encoded twice, grows to five times that where it is all punctuation; recorded ones have 14 kB. */
const FORM_LIMIT = 8 << 20;
/** Catalogs that one node asks for at once: an agent asks for one, its next run may ask before it gave up. */
const MOST_AT_ONCE = 2;

/** GET and POST catalog/:certname (wire/puppet.md section 3.2). */
export function catalogRoutes(deps: PuppetV3Deps): RouteRow[] {
  const files = new FileServer({ content: deps.content, mounts: deps.config.mounts ?? {} });
  const few = limitPerCaller(MOST_AT_ONCE, "catalogs");
  return (["GET", "POST"] as const).map((method) => ({
    id: `puppet.v3.catalog.${method.toLowerCase()}`,
    method,
    pattern: /^\/puppet\/v3\/catalog\/(?<certname>[^/]+)$/,
    access: { who: "rules" },
    bodyLimit: method === "POST" ? FORM_LIMIT : 0,
    admission: "check-in",
    handle: (request) => few(request.peer, () => catalogFor(deps, files, request)),
  }));
}

async function catalogFor(deps: PuppetV3Deps, files: FileServer, request: RouteRequest): Promise<Reply> {
  const certname = request.params["certname"] ?? "";
  const asking = askingAgent(deps, certname, request);
  asking.catch(() => undefined);
  // The database is asked now, and answers while the request is read.
  await new Promise<void>((sent) => process.nextTick(sent));
  const parameters = parametersOf(request);
  const requested = environmentNameOf(parameters);
  const format = answerFormat(request.headers.accept, CATALOG_FORMATS);
  const sent = await sentFacts(deps, parameters, certname);
  const agent = await asking;
  // They count whatever becomes of the catalog. They are stored while it is made, and before anybody has it.
  const storing = agent && sent && ownTurn().then(() => submitFacts(deps, agent.agentId, sent.body));
  storing?.catch(() => undefined);
  try {
    return await answerTo(deps, files, request, { certname, parameters, requested, format, sent, agent });
  } finally {
    await storing;
  }
}

interface Asked {
  readonly certname: string;
  readonly parameters: URLSearchParams;
  /** The environment. */
  readonly requested: string;
  readonly format: CatalogFormat;
  readonly sent: SentFacts | undefined;
  readonly agent: KnownAgent | undefined;
}

async function answerTo(deps: PuppetV3Deps, files: FileServer, request: RouteRequest, call: Asked): Promise<Reply> {
  const { certname, parameters, requested, format, sent, agent } = call;
  const saying = sent && { source: "puppet", facts: sent.values };
  const { settings, conflicts } = await resolutionFor(deps, agent, saying);
  const refusal = conflictFailure(conflicts);
  const environment = await chooseEnvironment(deps.environments, settings, requested);
  // A slip of a name: the agent goes on without plugins, and without files.
  if (environment.version === undefined)
    request.log.warn("the environment that a node is given was never deployed", {
      ...{ protocol: "puppet", agent: certname, environment: environment.name },
    });
  if (refusal === undefined && parameters.get("check_environment") === "true" && environment.name !== requested)
    return renderCatalog({ catalog: emptyCatalog(certname, environment.name) }, format);
  const facts = sent?.values ?? (await latestFacts(deps, agent));
  const trusted = trustedFacts(certname, extensionsOf(certname, request.peer));
  const asked = {
    certname,
    nodeId: agent?.nodeId,
    environment: environment.version,
    environmentName: environment.name,
    factsText: sent?.body.toString(),
    facts,
    trusted,
    settings,
    signal: connectionEnd(request.raw),
  };
  const made = await makeCatalog(deps, asked, request.log, refusal);
  const checksums = parameters.get("checksum_type");
  const { version } = environment;
  const asksForStatic = parameters.get("static_catalog") === "true" && checksums !== null;
  // What was never deployed has no content that could be asked for later.
  if (!asksForStatic || version === undefined || version.version === 0) return renderCatalog(made, format);
  if (!(await layoutOf(version, deps.content)).conf.staticCatalogs) return renderCatalog(made, format);
  return renderCatalog(made, format, await inlinedOf(made, version, files, commonChecksum(checksums)));
}
