import type { Content } from "./content.js";
import { isObject } from "./reply.js";

/** What an agent remembers of what it sent last: the text of each section, and how many partial ones came since a full. */
export interface Sent {
  readonly sections: ReadonlyMap<string, string>;
  readonly postponed: number;
}

/** full-inventory-postpone of the agents. */
const MOST_PARTIAL = 14;
/** Never compared: they are of the run. */
const OF_THE_RUN = new Set(["accesslog", "versionclient", "versionprovider"]);
const ALWAYS = new Set(["bios", "hardware", ...OF_THE_RUN]);

/**
 * What of an inventory goes out, as agents from 1.8 decide it (wire/glpi.md section 3): after a full one up to 14 with
 * the changed sections only. A section that is gone makes it full again.
 *
 * @param last undefined: none was sent yet
 * @returns the content to send, whether it is partial, and what is to be remembered, from before the sending on
 */
export function whatToSend(
  content: Content,
  last: Sent | undefined,
): { content: Content; partial: boolean; sent: Sent } {
  const compared = Object.entries(content).filter(([name]) => !OF_THE_RUN.has(name));
  const sections = new Map(compared.map(([name, section]) => [name, JSON.stringify(section)]));
  const isGone = [...(last?.sections.keys() ?? [])].some((name) => !sections.has(name));
  if (last === undefined || isGone || last.postponed >= MOST_PARTIAL)
    return { content, partial: false, sent: { sections, postponed: 0 } };
  const changed = new Set([...sections.keys()].filter((name) => sections.get(name) !== last.sections.get(name)));
  if (changed.has("softwares")) changed.add("operatingsystem");
  const kept = Object.entries(content).flatMap(([name, section]) => {
    if (!ALWAYS.has(name) && !changed.has(name)) return [];
    return [
      [
        name,
        name === "hardware" && "users" in content && !changed.has("users") ? withoutLastUser(section) : section,
      ] as const,
    ];
  });
  return { content: Object.fromEntries(kept), partial: true, sent: { sections, postponed: last.postponed + 1 } };
}

/** Who logged in last goes with the users. */
function withoutLastUser(hardware: unknown): unknown {
  if (!isObject(hardware)) return hardware;
  const { lastloggeduser: _user, datelastloggeduser: _date, ...others } = hardware;
  return others;
}
