import { type Evidence, normalise, type Proof, proofs } from "@gatehouse/core/nodes";
import { cleanText } from "../clean.js";
import type { Run } from "../session.js";

/** Pieces of evidence that one source of an agent may bring. */
const MOST = 200;
/** Characters of one: what is longer is compared with nothing, and no key of an index. */
const LONGEST = 255;

/** Which of an agent's words said it; each replaces what it said before. */
export type EvidenceSource = "enrolment" | "report" | "inventory" | "facts";

const DROP = {
  name: "evidence.drop",
  text: `delete from node_evidence e where agent_id = $1 and source = $2 and (not $5 or e.kind = any($3::text[]))
         and not exists (select from unnest($3::text[], $4::text[]) as said (kind, value) where said.kind = e.kind and said.value = e.value)`,
};

/** What one source says does not take away what another proved; it goes with the one that did. */
const ADD = {
  name: "evidence.add",
  text: `insert into node_evidence as e (node_id, agent_id, source, kind, value, value_key, proof)
         select $1::uuid, $2::uuid, $3, said.* from unnest($4::text[], $5::text[], $6::text[], $7::text[]) as said
         on conflict on constraint node_evidence_once do update
         set seen_at = now(), value_key = excluded.value_key,
             source = case when excluded.proof = 'claimed' then e.source else excluded.source end,
             proof = case when excluded.proof = 'claimed' and e.source <> excluded.source then e.proof else excluded.proof end`,
};

const DROP_OF_HOST = {
  name: "evidence.drop-of-host",
  text: `delete from node_evidence e where inventory_id = $1
         and not exists (select from unnest($2::text[], $3::text[]) as said (kind, value) where said.kind = e.kind and said.value = e.value)`,
};
const ADD_OF_HOST = {
  name: "evidence.add-of-host",
  text: `insert into node_evidence (node_id, inventory_id, source, kind, value, value_key, proof)
         select $1::uuid, $2::uuid, 'inventory', said.* from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as said
         on conflict (inventory_id, kind, value) where inventory_id is not null do update
         set seen_at = now(), value_key = excluded.value_key, proof = excluded.proof`,
};

const KNOWN = {
  name: "evidence.known",
  text: `select agent_id as "agentId", kind, value, proof, source from node_evidence where agent_id = any($1::uuid[])`,
};

export type KnownEvidence = Required<Evidence> & { readonly agentId: string; readonly source: EvidenceSource };

/** What is stored of agents, by all sources. */
export const knownEvidence = (run: Run, agentIds: readonly string[]): Promise<KnownEvidence[]> =>
  run<KnownEvidence>(KNOWN, [agentIds]);

/**
 * Whether a source of an agent says something that is not known of it, or nothing of what it said before.
 * @param keeps as for {@link writeEvidence}
 */
export function saysOther(
  known: readonly KnownEvidence[],
  source: EvidenceSource,
  said: readonly Required<Evidence>[],
  keeps = false,
): boolean {
  const keyOf = ({ kind, value }: Evidence) => `${kind}/${value}`;
  const [there, now] = [new Set(known.map(keyOf)), new Set(said.map(keyOf))];
  const kinds = new Set(said.map(({ kind }) => kind));
  const isReplaced = (each: KnownEvidence) =>
    each.source === source && (!keeps || kinds.has(each.kind)) && !now.has(keyOf(each));
  return said.some((each) => !there.has(keyOf(each))) || known.some(isReplaced);
}

/**
 * What a source of an agent says now, in the place of what it said before.
 * @param keeps kinds that it does not name stay as they are
 */
export async function writeEvidence(
  run: Run,
  { agentId, nodeId }: { readonly agentId: string; readonly nodeId: string },
  source: EvidenceSource,
  evidence: readonly Evidence[],
  keeps = false,
): Promise<void> {
  const said = onceEach(evidence);
  const [kinds, values] = [said.map(({ kind }) => kind), said.map(({ value }) => value)];
  await run(DROP, [agentId, source, kinds, values, keeps]);
  if (said.length === 0) return;
  const keys = said.map((each) => normalise([each]).items[0]?.key ?? null);
  const proven = said.map(({ proof }) => proof);
  await run(ADD, [nodeId, agentId, source, kinds, values, keys, proven]);
}

/** A host without an agent, by its inventory. */
export interface HostEvidence {
  readonly inventoryId: string;
  readonly nodeId: string;
}

/** What is told of a host without an agent now, in the place of what was told before. */
export async function writeHostEvidence(
  run: Run,
  { inventoryId, nodeId }: HostEvidence,
  said: readonly Required<Evidence>[],
): Promise<void> {
  const [kinds, values] = [said.map(({ kind }) => kind), said.map(({ value }) => value)];
  await run(DROP_OF_HOST, [inventoryId, kinds, values]);
  if (said.length === 0) return;
  const keys = said.map((each) => normalise([each]).items[0]?.key ?? null);
  await run(ADD_OF_HOST, [nodeId, inventoryId, kinds, values, keys, said.map(({ proof }) => proof)]);
}

/** Cleaned, and each as it is proven best: an agent may say what we also see. */
export function onceEach(evidence: readonly Evidence[]): Required<Evidence>[] {
  const found = new Map<string, Required<Evidence>>();
  for (const { kind, value, proof = "claimed" } of evidence.slice(0, MOST)) {
    if (value.length > LONGEST) continue;
    const each = { kind, value: cleanText(value), proof };
    const known = found.get(`${kind}/${each.value}`);
    if (known === undefined || rank(known.proof) < rank(proof)) found.set(`${kind}/${each.value}`, each);
  }
  return [...found.values()];
}

const rank = (proof: Proof) => proofs.indexOf(proof);
