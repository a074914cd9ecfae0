import path from "node:path";
import { type Client, newClient } from "../ca/identity.js";
import { record } from "../load/record.js";
import type { RequestShape, TlsIdentity } from "../load/types.js";
import { type Gateway, gatehouse, startGateway } from "../process/gateway.js";
import { CERTNAME, catalogRequest, ENVIRONMENT } from "../puppet/requests.js";
import { SIZE_FACT, writeCode } from "./environment-folder.js";

/** A gateway with Puppet code, and an agent that has a certificate. */
export interface Site {
  readonly gateway: Gateway;
  readonly client: Client;
  /** The folder of environments that it was deployed from. */
  readonly environments: string;
}

/** How a gateway is told of its workers. */
export const withWorkers = (workers: number | undefined): Record<string, string> =>
  workers === undefined ? {} : { GATEHOUSE_PUPPET_COMPILER_WORKERS: String(workers) };

/** Starts it in a new folder. @param workers its own choice unless told */
export async function newSite(dir: string, name: string, workers?: number): Promise<Site> {
  const { environments, production } = writeCode(path.join(dir, `${name}-code`));
  const gateway = await startGateway(path.join(dir, name), undefined, withWorkers(workers));
  try {
    await gatehouse(gateway.dataDir, "puppet", "deploy", ENVIRONMENT, production);
    return { gateway, client: await newClient(gateway, CERTNAME), environments };
  } catch (thrown) {
    await gateway.stop();
    throw thrown;
  }
}

/** A catalog of so many files. */
export const sized = (resources: number, certname?: string): RequestShape =>
  catalogRequest({ [SIZE_FACT]: String(resources) }, certname);

/** Asks once. @throws when the catalog has not as many files */
export async function expectFiles(port: number, tls: TlsIdentity, resources: number): Promise<void> {
  const { body } = await record(port, sized(resources), "", tls);
  const catalog = JSON.parse(body.toString()) as { resources: { type: string }[] };
  const files = catalog.resources.filter(({ type }) => type === "File").length;
  if (files !== resources) throw new Error(`a catalog has ${files} files instead of ${resources}`);
}
