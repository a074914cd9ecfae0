import { randomUUID } from "node:crypto";
import type { AgentFamily, Enrolment, Evidence, NodeView, Trust } from "@gatehouse/core/nodes";
import type { Database } from "../database.js";
import { enrolmentOf } from "../store.test.helper.js";
import { createNodeIdentity } from "./identity.js";
import { createNodeRegistry } from "./registry.js";

let last = 0;

/** Names, addresses and serials that no other test of the file has. */
export function machine() {
  last++;
  return {
    name: `box${last}`,
    address: `10.7.${last >> 8}.${last & 255}`,
    serial: `SER-${last}-QX`,
    mac: `3cecef${last.toString(16).padStart(6, "0")}`,
  };
}

interface Knock {
  readonly family?: AgentFamily;
  readonly trust?: Trust;
  readonly alias?: string;
  readonly name?: string;
  readonly evidence?: readonly Evidence[];
  readonly role?: string;
  readonly quarantined?: boolean;
  readonly keepsEvidence?: boolean;
}

/** Agents that knock at one registry, and what people do about it. */
export function houseOf(db: Database) {
  const registry = createNodeRegistry(db);
  const identity = createNodeIdentity(db, registry.forget);
  const enrolment = ({
    family = "dsc",
    trust,
    alias = randomUUID(),
    name,
    evidence = [],
    role,
    quarantined,
    keepsEvidence,
  }: Knock): Enrolment => ({
    ...enrolmentOf(alias, {
      evidence,
      nodeName: name ?? evidence.find(({ kind }) => kind === "name")?.value ?? alias,
      trust: trust ?? (family === "puppet" ? "certificate" : "key"),
    }),
    alias: { family, kind: family === "puppet" ? "certname" : "agentid", value: alias },
    ...(role === undefined ? {} : { role }),
    ...(quarantined === undefined ? {} : { quarantined }),
    ...(keepsEvidence === undefined ? {} : { keepsEvidence }),
  });
  const knock = (said: Knock) => registry.enrol(enrolment(said));
  const node = async (id: string): Promise<NodeView> => {
    const [found] = await registry.find(id);
    if (found === undefined) throw new Error(`no node ${id}`);
    return found;
  };
  /** Everything that is stored of a node, but when it was seen and how often it was changed. */
  const rows = async (nodeId: string): Promise<string> =>
    JSON.stringify([
      // A revision never comes again: what was resolved under one would be taken for that of another.
      await db.run("select to_jsonb(n) - 'revision' as node from nodes n where id = $1", [nodeId]),
      await db.run("select * from facts where node_id = $1 order by source", [nodeId]),
      await db.run("select * from fact_keys where node_id = $1 order by source, path", [nodeId]),
      await db.run("select * from agents where node_id = $1 order by id", [nodeId]),
      await db.run(
        "select agent_id, kind, value, value_key, proof, source from node_evidence where node_id = $1 order by 1, 2, 3",
        [nodeId],
      ),
      await db.run(
        "select l.* from agent_aliases l join agents a on a.id = l.agent_id where a.node_id = $1 order by value_key",
        [nodeId],
      ),
    ]);
  /** What waits about a node: the kind, and the other. */
  const waits = async (nodeId: string): Promise<string[]> => {
    const { conflicts } = await identity.conflicts({ limit: 500 });
    return conflicts
      .filter((each) => each.node.id === nodeId || each.other.id === nodeId)
      .map((each) => `${each.kind} ${each.node.id === nodeId ? each.other.name : each.node.name}`);
  };
  return { db, registry, identity, enrolment, knock, node, rows, waits };
}

export const said = (kind: Evidence["kind"], value: string, proof?: Evidence["proof"]): Evidence =>
  proof === undefined ? { kind, value } : { kind, value, proof };

/** A machine with a DSC agent and a Puppet agent, and what ties them together. */
export async function twoAgents(house: ReturnType<typeof houseOf>) {
  const { name, address } = machine();
  const dsc = await house.knock({ evidence: [said("name", name.toUpperCase()), said("address", address, "observed")] });
  const certname = `${name}.example.org`;
  const puppet = await house.knock({
    family: "puppet",
    alias: certname,
    evidence: [said("name", certname, "attested"), said("address", address, "observed")],
  });
  return { name, address, certname, dsc, puppet };
}
