import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { newPuppetserver } from "../puppetserver.js";
import { askersOf } from "./askers.js";
import { FOR_SERVICES, type ServedCode } from "./types.js";

/**
 * Debian's puppetserver as a compiler: it signs whoever asks, reads environments anew each time, and is told by a
 * classifier what to give to whom. It has no PuppetDB.
 */
export async function startPeer(): Promise<ServedCode> {
  const puppetserver = await newPuppetserver("admin.example.org", ["*.example.org"], {
    environmentpath: "FOLDER/environments",
    basemodulepath: "FOLDER/none",
    environment_timeout: "0",
    node_terminus: "exec",
    external_nodes: "FOLDER/classify",
  });
  const at = (...parts: string[]) => path.join(puppetserver.folder, ...parts);
  for (const folder of ["environments", "nodes"]) mkdirSync(at(folder));
  mkdirSync(at("environments", "production"));
  // What is JSON is YAML.
  writeFileSync(at("classify"), `#!/bin/sh\ncat '${at("nodes")}'/"$1" 2>/dev/null || echo '{}'\n`);
  chmodSync(at("classify"), 0o755);
  allowServices(at("conf.d/auth.conf"));
  const askers = askersOf(puppetserver.server);
  const close = async () => {
    askers.close();
    await puppetserver.remove();
  };
  try {
    await puppetserver.start();
  } catch (thrown) {
    await close();
    throw thrown;
  }
  const folderOf = (environment: string) => at("environments", environment);
  return {
    folderOf,
    call: askers.call,
    deploy: async (environment, folder) => {
      rmSync(folderOf(environment), { recursive: true, force: true });
      cpSync(folder, folderOf(environment), { recursive: true, verbatimSymlinks: true });
    },
    catalog: async (asked) => {
      const { certname, environment, classes, parameters } = asked;
      writeFileSync(at("nodes", certname), JSON.stringify({ environment, classes, parameters }));
      return { ...(await askers.catalog(asked)), folder: folderOf(environment), logs: [] };
    },
    close,
  };
}

/** What is JSON is HOCON. */
function allowServices(file: string): void {
  const rules = readFileSync(file, "utf8");
  writeFileSync(
    file,
    rules.replace("rules: [", () => `rules: [\n${JSON.stringify(FOR_SERVICES)},`),
  );
}
