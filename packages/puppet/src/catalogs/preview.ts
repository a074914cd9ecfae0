import { type CatalogPreview, redactedCatalog, refuseConflicts } from "@gatehouse/core/catalogs";
import { aliasOf } from "../agents.js";
import type { PuppetV3Deps } from "../deps.js";
import { DEFAULT_ENVIRONMENT } from "../routes/v3/parameters.js";
import { chooseEnvironment } from "./environment-choice.js";
import { resolutionFor, storedFacts } from "./node-data.js";
import { trustedFacts } from "./trusted.js";

/** {@link CatalogPreview}: of the facts that are stored, and with nothing in it that agents keep to themselves. */
export const createCatalogPreview = (
  deps: Pick<PuppetV3Deps, "registry" | "assignments" | "environments" | "facts" | "catalogs">,
): CatalogPreview => ({
  async of({ certname, extensions }) {
    const agent = await deps.registry.findAgent(aliasOf(certname));
    const [{ settings, conflicts }, facts] = await Promise.all([
      resolutionFor(deps, agent),
      storedFacts(deps, agent?.nodeId),
    ]);
    refuseConflicts(conflicts);
    const environment = await chooseEnvironment(deps.environments, settings, DEFAULT_ENVIRONMENT);
    const { catalog } = await deps.catalogs.compile({
      certname,
      nodeId: agent?.nodeId,
      environment: environment.version,
      environmentName: environment.name,
      facts,
      trusted: trustedFacts(certname, extensions),
      settings,
      transactionUuid: undefined,
    });
    return redactedCatalog(catalog);
  },
});
