import { canonical, readCrls } from "../authority/openssl.js";
import { type Agent, newAgent } from "./agent.js";
import { serialOf } from "./certificates.js";
import { newPuppetserver, type Puppetserver } from "./puppetserver.js";

/** A fleet as puppetserver left it: it has stopped, and its agents have what it gave them. */
export interface OldFleet {
  readonly old: Puppetserver;
  /** `kept` and `later` have certificates, `revoked` and `cleaned` had, and `pending` waits. */
  agentOf(short: string): Agent;
  /** How its authority stood at the end. */
  readonly before: {
    readonly bundle: string;
    readonly nextSerial: bigint;
    readonly crlNumber: bigint;
    readonly revoked: readonly string[];
  };
  remove(): Promise<void>;
}

const SIGNED = ["kept", "later", "revoked", "cleaned"];
const nameOf = (short: string) => `${short}.example.org`;

/** Everything in it was done by Puppet's own programs. */
export async function newOldFleet(): Promise<OldFleet> {
  const old = await newPuppetserver(nameOf("admin"), SIGNED.map(nameOf));
  const agents = new Map<string, Agent>();
  const agentOf = (short: string): Agent => {
    const agent = agents.get(short) ?? newAgent(old.server, nameOf(short));
    agents.set(short, agent);
    return agent;
  };
  const remove = async () => {
    for (const agent of agents.values()) agent.remove();
    await old.remove();
  };
  try {
    await old.start();
    await Promise.all(
      SIGNED.map(async (short) => {
        const { code, out } = await agentOf(short).bootstrap();
        if (code !== 0) throw new Error(`${short} got no certificate of puppetserver's: ${out}`);
      }),
    );
    await agentOf("pending").bootstrap();
    for (const [action, short] of [
      ["revoke", "revoked"],
      ["clean", "cleaned"],
    ] as const) {
      const { code, out } = await old.ca(action, "--certname", nameOf(short));
      if (code !== 0) throw new Error(`puppetserver ca ${action} ended with ${code}: ${out}`);
    }
    await old.stop();
    const [own] = await readCrls(old.read("ca_crl.pem"));
    const before = {
      bundle: old.read("ca_crt.pem"),
      nextSerial: BigInt(`0x${old.read("serial").trim()}`),
      crlNumber: own?.number ?? -1n,
      revoked: ["revoked", "cleaned"].map((short) => canonical(serialOf(agentOf(short)))),
    };
    return { old, agentOf, before, remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}
