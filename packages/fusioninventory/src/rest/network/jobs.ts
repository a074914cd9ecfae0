import type { JobWork } from "@gatehouse/core/jobs";
import { withCredentials } from "../../options/hand-out.js";
import { discoveryParts, type Opened, type Part, queryParts } from "../../options/network.js";
import type { WriteJobs } from "../caller.js";
import { answerToken } from "../collect/token.js";

/**
 * Jobs on the network by REST, after the pattern of collect (decisions, row 24): what XML has in an OPTION, names in lower case,
 * each job under its uuid. No agent of today asks for them; those that read OPTIONs get them there.
 */
export const networkJobs: WriteJobs = async ({ deps }, { agent }, taken) => {
  const { handed, opened } = await withCredentials(deps, agent, taken);
  if (handed.length === 0) return undefined;
  const jobs = handed.map(({ id, work }) => ({ uuid: id, ...inJson(partsOf(work, opened)) }));
  return { postmethod: "POST", token: answerToken(deps.answerKey), jobs };
};

function partsOf(work: JobWork, opened: Opened): readonly Part[] {
  if (work.task === "netdiscovery") return discoveryParts(work.spec, opened);
  if (work.task === "netinventory") return queryParts(work.spec, opened);
  throw new Error(`${work.task} is no job on the network`);
}

/** `param` is one; of the others there may be several. */
function inJson(parts: readonly Part[]): object {
  const lists = new Map<string, object[]>();
  for (const [name, said] of parts) {
    const plain = Object.fromEntries(Object.entries(said).map(([key, value]) => [key.toLowerCase(), value]));
    lists.set(name.toLowerCase(), [...(lists.get(name.toLowerCase()) ?? []), plain]);
  }
  return Object.fromEntries([...lists].map(([name, all]) => [name, name === "param" ? all[0] : all]));
}
