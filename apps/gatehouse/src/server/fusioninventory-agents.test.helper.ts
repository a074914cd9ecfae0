import path from "node:path";
import type { JobView, JobWork, NewOrder } from "@gatehouse/core/jobs";
import type { NewPackage } from "@gatehouse/core/packages";
import { FusionRestAgent, type FusionRestAgentOptions, runCommand, Sandbox } from "@gatehouse/simulator";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { loadConfig } from "../config/load.js";
import { serverIssuer } from "./authority/issuer.js";
import { ownCertificate } from "./certificate.js";
import { type House, useGateway } from "./gateway.test.helper.js";
import { closeListeners, type Listener, openListeners } from "./listeners.js";

const SECRET = "a secret of many";

/** A gateway that reference clients of FusionInventory REST reach by TLS, and what an operator asks of it. */
export function useFusionGateway(env: NodeJS.ProcessEnv = {}) {
  // Agents show their login only where it is asked for: with a PROLOG, and for all tasks at once, nowhere else.
  const house = useGateway({ env: { GATEHOUSE_INVENTORY_UNPROVEN: "refuse", ...env } });
  const agents: FusionRestAgent[] = [];
  let listeners: Listener[] = [];
  let ca = "";

  beforeAll(async () => {
    const { authority, logins, app } = house.gateway;
    await logins.add({ kind: "basic", name: "agents", agent: null, secret: SECRET }, "admin");
    ca = (await authority.service.caBundle()).pem;
    const own = () => ownCertificate(path.join(house.dataDir, "tls"), [], new Date(), serverIssuer(authority.service));
    const said = JSON.stringify([{ address: "127.0.0.1:0", mounts: ["inventory"] }]);
    listeners = await openListeners(loadConfig({}, { GATEHOUSE_LISTENERS: said }), own, app);
    await house.gateway.waking.start();
  });
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.close()));
  });
  afterAll(async () => {
    await house.gateway.waking.stop();
    await closeListeners(listeners, 0);
  });

  const url = () => `${listeners[0]?.url.replace("127.0.0.1", "localhost")}/plugins/fusioninventory/`;

  /** A client that proves who it is with a login over TLS, and that deploys in a folder of its own. */
  function newAgent(name: string, options: Partial<FusionRestAgentOptions> = {}): FusionRestAgent {
    const agent = new FusionRestAgent({
      ...{ serverUrl: url(), name, form: "single", tls: { ca }, login: { name: "agents", secret: SECRET } },
      machine: { place: () => Sandbox.make(runCommand) },
      ...options,
    });
    agents.push(agent);
    return agent;
  }

  const nodeIdOf = async (name: string): Promise<string> => {
    await house.gateway.work.idle();
    const [node] = await house.gateway.registry.find(name);
    if (node === undefined) throw new Error(`${name} is not known`);
    return node.id;
  };

  return {
    house,
    newAgent,
    nodeIdOf,
    url,
    /** A client that the gateway knows by its inventory, and its node. */
    async known(name: string, options: Partial<FusionRestAgentOptions> = {}) {
      const agent = newAgent(name, options);
      expect(await agent.run()).toMatchObject({ inventory: "xml", errors: [], jobs: [] });
      return { agent, nodeId: await nodeIdOf(name) };
    },
    order: (nodes: string | readonly string[], work: JobWork, more: Partial<NewOrder> = {}) =>
      house.gateway.jobs.create({ work, target: { nodes: [nodes].flat() }, ...more }, "test"),
    jobsOf: (nodeId: string) => jobsOf(house, nodeId),
    publish: (name: string, more?: Partial<NewPackage>, files?: readonly (readonly [string, Buffer])[]) =>
      publish(house, name, more, files),
  };
}

/** A job, with what was said of it in lines. */
export interface ToldJob extends JobView {
  readonly said: readonly string[];
}

/** In the order in which they were made. */
async function jobsOf({ gateway }: House, nodeId: string): Promise<ToldJob[]> {
  const { jobs } = await gateway.jobs.list({ nodeId }, { limit: 100 });
  const told = jobs.map(async (job) => {
    const { events } = await gateway.jobs.events(job.id, { limit: 100 });
    const said = events.filter(({ by }) => by === "agent");
    return {
      ...job,
      said: said.map(({ about, status, message }) => `${about ?? "job"}/${status ?? ""}/${message ?? ""}`),
    };
  });
  return (await Promise.all(told)).reverse();
}

async function publish(
  { gateway }: House,
  name: string,
  more: Partial<NewPackage> = {},
  files: readonly (readonly [string, Buffer])[] = [],
): Promise<void> {
  const staged = await Promise.all(
    files.map(async ([file, bytes]) => {
      const { sha256, size } = await gateway.content.stage(bytes);
      return { name: file, sha256, size };
    }),
  );
  const said = { checks: [], actions: [], userInteractions: [], wantsSoftware: false, files: staged, by: "test" };
  await gateway.packages.publish({ ...said, ...more, name });
}
