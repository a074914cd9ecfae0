import { ApiProblem, createClient, unwrap } from "@gatehouse/client";
import type { HealthCheck } from "@gatehouse/core/health";
import type { Config } from "../../config/types.js";
import { failed, ok, warning } from "../../server/doctor/check.js";
import { readRunFile } from "../../server/run-files.js";
import { CommandError, EXIT } from "../errors.js";
import { findTarget, type Target } from "../target.js";
import { transportTo } from "../transport.js";
import { type Address, reachChecks, serverClockCheck } from "./reach.js";
import { stoppedChecks } from "./stopped.js";

/** Where LCMs look when the configuration cannot be read. */
const USUAL_PREFIX = "/PSDSCPullServer.svc";

export interface Patient {
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  /** Undefined when it cannot be read. */
  readonly config: Config | undefined;
  /** It is the gateway of a data folder here, not one that GATEHOUSE_URL names. */
  readonly isLocal: boolean;
}

/** What was found from here, and what the gateway found itself. */
export interface Findings {
  readonly here: readonly HealthCheck[];
  readonly gateway: readonly HealthCheck[];
}

/** Looks a gateway over, running or not. @throws CommandError for wrong use */
export async function examine(patient: Patient): Promise<Findings> {
  let target: Target;
  try {
    target = findTarget(patient.env, patient.dataDir);
  } catch (thrown) {
    if (!(thrown instanceof CommandError) || thrown.exitCode !== EXIT.unreachable) throw thrown;
    return notReached(patient, thrown.message);
  }
  const asked = await ask(target);
  if ("unreachable" in asked) return notReached(patient, asked.unreachable);
  const addresses = await Promise.all(
    addressesOf(patient, target).map((address) =>
      reachChecks(address, {
        dscPrefixes: patient.config?.dsc.prefixes ?? [USUAL_PREFIX],
        serverNames: patient.isLocal ? (patient.config?.serverNames ?? []) : [],
        now: new Date(),
      }),
    ),
  );
  return { here: [...asked.here, ...addresses.flat()], gateway: asked.gateway };
}

async function notReached({ dataDir, config, isLocal }: Patient, reason: string): Promise<Findings> {
  const gateway = failed(
    "gateway",
    reason,
    isLocal ? "Start it: npm start, or gatehouse serve." : "Look at GATEHOUSE_URL, GATEHOUSE_CA, and what is between.",
  );
  return { here: [gateway, ...(isLocal ? await stoppedChecks(dataDir, config) : [])], gateway: [] };
}

/** Asks the gateway's own doctor, and takes from the answer what it tells about the way there. */
async function ask(target: Target): Promise<Findings | { readonly unreachable: string }> {
  let clock: HealthCheck | undefined;
  const transport = transportTo(target);
  const client = createClient({
    url: target.url,
    token: target.token,
    fetch: async (request) => {
      const response = await transport(request);
      clock = serverClockCheck(response.headers.get("date"), new Date());
      return response;
    },
  });
  const reached = () => [ok("gateway", `${target.url} answers.`), ...(clock === undefined ? [] : [clock])];
  try {
    const { checks } = await unwrap(client.GET("/doctor"));
    return { here: [...reached(), ok("token", "The token is good.")], gateway: checks };
  } catch (thrown) {
    if (thrown instanceof CommandError) return { unreachable: thrown.message };
    if (thrown instanceof ApiProblem) return { here: [...reached(), refusalCheck(thrown)], gateway: [] };
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return { unreachable: `What answers at ${target.url} does not speak this API.` };
  }
}

function refusalCheck({ code, title, message }: ApiProblem): HealthCheck {
  if (code === "unauthenticated")
    return failed("token", title, "An admin makes one: gatehouse token create --name NAME --role operator.");
  if (code === "forbidden")
    return warning("token", title, "What the gateway itself finds is for operators: use a token that may.");
  return failed("gateway-doctor", message, "Its log has the request under its id.");
}

/** What agents are told to call; of a gateway that does not say where it listens, the address of its API. */
function addressesOf({ dataDir, isLocal }: Patient, { url }: Target): readonly Address[] {
  const run = isLocal ? readRunFile(dataDir) : undefined;
  return run?.listeners?.filter(({ mounts }) => mounts.includes("dsc")) ?? [{ url }];
}
