import { randomBytes } from "node:crypto";
import type { PuppetFleetSummary } from "@gatehouse/simulator";
import type { Session } from "./context.js";
import { CommandError } from "./errors.js";
import type { FleetFlags } from "./simulate.js";

const DOMAIN = "simulated.example";
/** Longer than a fleet takes, should the command be killed before it takes the rule away. */
const TOKEN_HOURS = 24;

/** Simulated Puppet agents, and a token of the autosign policy that goes when they have run. */
export async function simulatePuppet(
  session: Session,
  count: number,
  { runs, rate }: FleetFlags,
  server?: string,
): Promise<PuppetFleetSummary> {
  const { simulatePuppetFleet } = await import("@gatehouse/simulator");
  const serverUrl = server ?? (await ownServer(session));
  // A name is signed once: the agents of another fleet are other agents.
  const fleet = randomBytes(3).toString("hex");
  const params = { path: { name: `simulation-${fleet}` } };
  const expiresAt = new Date(Date.now() + TOKEN_HOURS * 3_600_000).toISOString();
  const body = { kind: "token" as const, uses: count, expiresAt, names: [`*.${DOMAIN}`] };
  const { secret } = await session.ask((api) => api.PUT("/autosign-rules/{name}", { params, body }));
  try {
    return await simulatePuppetFleet({
      serverUrl,
      certname: (n) => `sim-${fleet}-${String(n).padStart(4, "0")}.${DOMAIN}`,
      count,
      runs,
      rate,
      version: ["7.23.0", "8.28.1"],
      ...(secret === null ? {} : { token: secret }),
    });
  } finally {
    await session.ask((api) => api.DELETE("/autosign-rules/{name}", { params }));
  }
}

/** Where the gateway serves Puppet, by the host that the API was reached at. */
async function ownServer(session: Session): Promise<string> {
  const { bootstrap } = await session.ask((api) => api.GET("/authority"));
  if (bootstrap.port === null)
    throw new CommandError("No HTTPS listener of this gateway mounts puppet. Name a server: --puppet-server URL.");
  return `https://${new URL(session.target.url).hostname}:${bootstrap.port}`;
}
