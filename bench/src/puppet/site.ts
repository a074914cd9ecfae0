import path from "node:path";
import { type Client, newClient } from "../ca/identity.js";
import { record } from "../load/record.js";
import type { TlsIdentity } from "../load/types.js";
import { type Gateway, gatehouse, startGateway } from "../process/gateway.js";
import { writeEnvironment } from "./environment-folder.js";
import { CERTNAME, ENVIRONMENT, putFacts } from "./requests.js";

/** A gateway that serves the environment to one agent, of which it knows the facts. */
export interface Site {
  readonly gateway: Gateway;
  readonly client: Client;
  /** The folder of environments that it was deployed from. */
  readonly environments: string;
}

/** Starts it in a new folder. */
export async function newSite(dir: string, name: string, plugins: number): Promise<Site> {
  const { environments, production } = writeEnvironment(path.join(dir, `${name}-code`), plugins);
  const gateway = await startGateway(path.join(dir, name));
  try {
    await gatehouse(gateway.dataDir, "puppet", "deploy", ENVIRONMENT, production);
    const client = await newClient(gateway, CERTNAME);
    await tellFacts(gateway.httpsPort, client);
    return { gateway, client, environments };
  } catch (thrown) {
    await gateway.stop();
    throw thrown;
  }
}

/** Lets a server know the agent's facts. */
export async function tellFacts(port: number, tls: TlsIdentity): Promise<void> {
  await record(port, putFacts, "", tls);
}
