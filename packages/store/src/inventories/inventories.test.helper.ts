import { createHash } from "node:crypto";
import type { InventoryFact, InventoryRules, SectionContent, Sections } from "@gatehouse/core/inventory";
import type { Database } from "../database.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { LIMITS } from "../submissions/reporting.test.helper.js";

const digest = (content: unknown) => createHash("sha256").update(JSON.stringify(content)).digest("hex");

const isList = (content: unknown): content is Record<string, string>[] => Array.isArray(content);
/** What the tests' sections say for the moment only. */
const quietOf = (content: unknown): unknown => (isList(content) ? content.map(({ now: _, ...rest }) => rest) : content);

/** Rules that are small enough to be seen through; `now` is volatile, and `bios` is added to. */
export const rules: InventoryRules = {
  seal: (_, content) => ({ content, exact: digest(content), quiet: digest(quietOf(content)) }),
  addsTo: (section) => section === "bios",
  changes: (section, before, after) =>
    digest(quietOf(before) ?? null) === digest(quietOf(after) ?? null) ? [] : [{ path: section, before, after }],
  searchable: (_, content) =>
    isList(content) ? content.flatMap(({ now: _, ...entry }) => (entry["name"] === undefined ? [] : [entry])) : [],
  isOther: (known, said) => {
    const of = (all: typeof known, kind: string) => all.filter((each) => each.kind === kind).map(({ value }) => value);
    return ["uuid", "serial"].some((kind) => {
      const [was, is] = [of(known, kind), of(said, kind)];
      return was.length > 0 && is.length > 0 && !is.some((value) => was.includes(value));
    });
  },
};

export const sections = (contents: Readonly<Record<string, SectionContent>>): Sections =>
  new Map(Object.entries(contents).map(([name, content]) => [name, rules.seal(name, content)]));

/** A whole inventory of the agent's own machine, and what the test adds. */
export function inventory(
  contents: Readonly<Record<string, SectionContent>>,
  said: Partial<InventoryFact> = {},
): InventoryFact {
  return {
    fact: "inventory",
    deviceId: "web01-2024-02-29-12-00-00",
    itemType: "Computer",
    scope: "full",
    name: undefined,
    tag: undefined,
    versionClient: "GLPI-Agent_v1.15",
    sections: sections(contents),
    evidence: [],
    repairs: [],
    of: "own",
    ...said,
  };
}

/** Accepts submissions and settles them with these facts, all in one batch. */
export async function tell(db: Database, ...told: readonly (readonly [agentId: string, fact: InventoryFact])[]) {
  const inbox = createInbox(db, undefined, rules);
  try {
    for (const [agentId] of told)
      await createSubmissions(db).accept({ agentId, kind: "test", body: Buffer.from("what it said") });
    const claim = await inbox.claim(LIMITS);
    if (claim?.submissions.length !== told.length) throw new Error("the inbox holds something else");
    // In the order of acceptance: what came together got its numbers in the order of the calls.
    try {
      await claim.settle(
        claim.submissions.map((submission, place) => {
          const fact = told[place]?.[1];
          if (fact === undefined) throw new Error("a submission without a fact");
          return { submission, facts: [fact] };
        }),
      );
    } finally {
      await claim.release();
    }
  } finally {
    await inbox.close();
  }
}
