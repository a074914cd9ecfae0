import type { EnvironmentVersion } from "@gatehouse/core/environments";
import type { RouteRow } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { DEFAULT_CONF } from "../../environment/environment-conf.js";
import { layoutOf } from "../../environment/layout.js";
import { absolute, ENVIRONMENTS } from "../../environment/metadata.js";
import { moduleInfoOf } from "../../environment/module-info.js";
import { perVersion } from "../../environment/per-version.js";
import { treeOf } from "../../environment/tree.js";
import { PlainError } from "../../errors.js";
import { DEFAULT_ENVIRONMENT, findEnvironment } from "./parameters.js";
import { json, plainEnvironmentOf, plainly, tagged } from "./plainly.js";

const base = { method: "GET", access: { who: "rules" }, bodyLimit: 0, admission: "content" } as const;

/** Where a module keeps what only a compiler can tell of its transports. */
const TRANSPORTS = "lib/puppet/transport/schema";

/** What there is of environments (wire/puppet.md section 3.9). The default rules show nodes the list and no more. */
export function environmentRoutes({ environments, content, code }: PuppetV3Deps): RouteRow[] {
  const modulesOf = async (version: EnvironmentVersion) => ({
    modules: await plainly(moduleInfoOf(version, content)),
    name: version.name,
  });
  /** One after the other: hundreds of environments do not fit into memory together. */
  const ofAll = async <T>(work: (version: EnvironmentVersion) => Promise<T>): Promise<T[]> => {
    const made: T[] = [];
    for (const name of [...new Set([...(await environments.names()), DEFAULT_ENVIRONMENT])].sort()) {
      const version = await findEnvironment(environments, name);
      if (version !== undefined) made.push(await work(version));
    }
    return made;
  };
  return [
    {
      ...base,
      id: "puppet.v3.environments",
      pattern: /^\/puppet\/v3\/environments$/,
      handle: async () => {
        const settings = await ofAll(
          async (version) => [version.name, { settings: await settingsOf(version) }] as const,
        );
        return json(200, { search_paths: [`file://${ENVIRONMENTS}`], environments: Object.fromEntries(settings) });
      },
    },
    {
      ...base,
      id: "puppet.v3.environment-modules",
      pattern: /^\/puppet\/v3\/environment_modules$/,
      handle: async (request) => {
        if (request.query.has("environment"))
          return tagged(request, await modulesOf(await plainEnvironmentOf(environments, request.query)));
        return tagged(request, await ofAll(modulesOf));
      },
    },
    {
      ...base,
      id: "puppet.v3.environment-transports",
      pattern: /^\/puppet\/v3\/environment_transports$/,
      handle: async (request) => {
        const version = await plainEnvironmentOf(environments, request.query);
        const { modules } = await plainly(layoutOf(version, content));
        const tree = treeOf(version);
        const withAny = [...modules.values()].find(({ path }) => tree.names(`${path}/${TRANSPORTS}`).length > 0);
        if (withAny !== undefined)
          throw new PlainError("not-available", `The transports of module '${withAny.name}' are not read.`);
        return tagged(request, { name: version.name, transports: [] });
      },
    },
    {
      ...base,
      id: "puppet.v3.environment-classes",
      pattern: /^\/puppet\/v3\/environment_classes$/,
      handle: async (request) => {
        const version = await plainEnvironmentOf(environments, request.query);
        return tagged(request, { name: version.name, files: await plainly(classesOf(version, code)) });
      },
    },
  ];

  /** One that has an environment.conf that cannot be read is listed all the same. */
  async function settingsOf(version: EnvironmentVersion) {
    const layout = await layoutOf(version, content).catch(() => undefined);
    const { manifest, configVersion } = layout?.conf ?? DEFAULT_CONF;
    return {
      modulepath: (layout?.conf ?? DEFAULT_CONF).modulepath.map((path) => absolute(version.name, path)),
      manifest: absolute(version.name, manifest),
      environment_timeout: "unlimited",
      config_version: configVersion ?? "",
    };
  }
}

/** A version's classes stay what they are. */
const classesOf = perVersion((version, code: PuppetV3Deps["code"]) => code.classes(version));
