import path from "node:path";
import { startRunSite } from "../run-site.js";
import { askersOf } from "./askers.js";
import { FOR_SERVICES, type ServedCode, SHOWN } from "./types.js";

/** A gateway as a compiler: environments are deployed to it by the command, and nodes are classified by groups. */
export async function startServed(): Promise<ServedCode> {
  const site = await startRunSite({ GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([FOR_SERVICES]) });
  const askers = askersOf({ host: "localhost", port: new URL(site.house.first.https).port });
  const folderOf = (environment: string) => path.join(SHOWN, environment);
  return {
    folderOf,
    call: askers.call,
    deploy: async (environment, folder) => {
      await site.done("puppet", "deploy", environment, folder);
    },
    catalog: async (asked) => {
      const { certname, environment, classes = {}, parameters = {} } = asked;
      await site.group(certname.replaceAll(".", "-"), certname, {
        "puppet.environment": environment,
        "puppet.classes": classes,
        "puppet.parameters": parameters,
      });
      return { ...(await askers.catalog(asked)), folder: folderOf(environment), logs: [] };
    },
    close: async () => {
      askers.close();
      await site.close();
    },
  };
}
