import type { Alias } from "@gatehouse/core/nodes";
import { cleanText, keyOf } from "../clean.js";
import type { Run } from "../session.js";
import { raiseConflicts } from "./identity-decisions.js";

/** Names that one agent gives itself, at the most that are kept: of one message, and in all before it. */
const MOST = 20;
/** How much a name alone speaks for one machine: it is copied with the disk that it is on. */
const SCORE = 30;

const ADD = {
  name: "aliases.add",
  text: `insert into agent_aliases (family, kind, value_key, value, agent_id)
         select said.*, $5::uuid from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as said
         where (select count(*) from agent_aliases where agent_id = $5) <= ${MOST}
         on conflict do nothing`,
};
const OF_OTHERS = {
  name: "aliases.of-others",
  text: `select l.kind, l.value, a.node_id as "nodeId", n.name from unnest($1::text[], $2::text[], $3::text[]) as said (family, kind, key)
         join agent_aliases l on l.family = said.family and l.kind = said.kind and l.value_key = said.key
         join agents a on a.id = l.agent_id join nodes n on n.id = a.node_id
         where a.id <> $4 and a.node_id <> $5 order by a.node_id, l.kind, l.value`,
};

/**
 * Gives an agent the other names that nobody has; under the locks of all of them. Those of another node's agent stay
 * with that, and people are asked whether the one is a clone of the other.
 */
export async function addAliases(
  run: Run,
  { agentId, nodeId }: { readonly agentId: string; readonly nodeId: string },
  aliases: readonly Alias[],
): Promise<void> {
  if (aliases.length === 0) return;
  const some = aliases.slice(0, MOST);
  const [families, kinds] = [some.map(({ family }) => family), some.map(({ kind }) => cleanText(kind))];
  const keys = some.map(({ value }) => keyOf(value));
  await run(ADD, [families, kinds, keys, some.map(({ value }) => cleanText(value)), agentId]);
  const taken = await run<{ kind: string; value: string; nodeId: string; name: string }>(OF_OTHERS, [
    families,
    kinds,
    keys,
    agentId,
    nodeId,
  ]);
  for (const { kind, value, nodeId: other, name } of taken) {
    const why = `It calls itself ${JSON.stringify(value)} (${kind}), as an agent of ${name} does.`;
    await raiseConflicts(run, { agentId, nodeId }, [{ nodeId: other, kind: "clone", score: SCORE }], why);
  }
}
