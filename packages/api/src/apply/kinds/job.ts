import { isDeepStrictEqual } from "node:util";
import type { AppliedDocument } from "@gatehouse/core/apply";
import { GatehouseError } from "@gatehouse/core/errors";
import { type JobOrder, type JobWork, jobSpecSchemas, jobTasks, type NewOrder, orderFault } from "@gatehouse/core/jobs";
import { given } from "../../models/common.js";
import { MOST_NAMED_NODES, ORDER_NAME, orderFields } from "../../models/job.js";
import { nodeIdsOf, placeOrder } from "../../orders.js";
import { atDocument, refusal } from "../faults.js";
import type { ApplyPorts, Document, DocumentKind } from "../kind.js";

interface Spec extends Pick<NewOrder, "perMinute" | "waitSeconds" | "silenceSeconds" | "wake"> {
  readonly task: JobWork["task"];
  readonly spec: JobWork["spec"];
  readonly nodes?: readonly string[];
  readonly group?: string;
  readonly notBefore?: string;
}

const specOf = ({ spec }: Pick<Document, "spec">) => spec as unknown as Spec;

const schemaOf = (task: JobWork["task"]) => ({
  type: "object",
  additionalProperties: false,
  required: ["task", "spec"],
  properties: {
    task: { const: task },
    spec: { ...jobSpecSchemas[task], description: "What is to be done." },
    nodes: {
      ...{ type: "array", minItems: 1, maxItems: MOST_NAMED_NODES, uniqueItems: true },
      items: { type: "string", minLength: 1, maxLength: 255 },
      description: "For these: names, ids or aliases; or `group`.",
    },
    group: { type: "string", minLength: 1, maxLength: 255, description: "For its nodes as it is then; or `nodes`." },
    ...orderFields,
  },
});

/** @returns what is said beside whom it is for */
function orderOf({ name, spec }: Pick<Document, "name" | "spec">): Omit<NewOrder, "target"> {
  const said = specOf({ spec });
  const { perMinute, waitSeconds, silenceSeconds, wake } = said;
  const notBefore = said.notBefore === undefined ? undefined : new Date(said.notBefore);
  const work = { task: said.task, spec: said.spec } as JobWork;
  return { name, work, ...given({ notBefore, perMinute, waitSeconds, silenceSeconds, wake }) };
}

/**
 * Work for agents, once: a document whose order is there already changes nothing, for what was done is done. One that says
 * something else needs another name.
 */
export function jobKind(): DocumentKind {
  return {
    kind: "Job",
    description: "Work for one agent of each node, once: an order of its name that is there already is not made anew.",
    name: {
      type: "string",
      pattern: ORDER_NAME,
      description: "What the order is called: letters, digits, dots, _ and -, 100 at the most, and no UUID.",
    },
    spec: { by: "task", schemas: Object.fromEntries(jobTasks.map((task) => [task, schemaOf(task)])) },

    check(document) {
      const { nodes, group } = specOf(document);
      const order = orderOf(document);
      if ((nodes === undefined) === (group === undefined))
        return { faults: [{ pointer: "/spec", message: "A job is for `nodes` or for a `group`: say one of them." }] };
      if (order.notBefore !== undefined && Number.isNaN(order.notBefore.getTime()))
        return { faults: [{ pointer: "/spec/notBefore", message: "It is no time." }] };
      const fault = orderFault({ ...order, target: group === undefined ? { nodes: nodes ?? [] } : { group } });
      return fault === undefined ? {} : { faults: [{ pointer: "/spec", message: fault }] };
    },

    async open({ ports, actor, dryRun }) {
      const { jobs } = ports;
      return {
        async compare(document, before) {
          const there = await jobs.order(document.name);
          // A name that stands in an id's place finds another one's.
          if (there?.name !== document.name) return undefined;
          if (document.index >= 0 && !(await isSame(ports, document, before, there)))
            throw refusal(
              [
                {
                  index: document.index,
                  pointer: "/name",
                  message: `There is an order ${document.name}, and it says something else: what was ordered stays as it was. Give this one another name.`,
                },
              ],
              "conflict",
            );
          return [];
        },

        async change(put, remove) {
          for (const document of put) await atDocument(document, "/spec", () => placed(ports, document, actor, dryRun));
          for (const { name } of remove) {
            const order = await jobs.order(name);
            if (order === undefined) continue;
            const cancelled = await jobs.cancel({ orderId: order.id }, actor);
            const detail = { name, jobs: cancelled };
            if (cancelled > 0) await ports.audit.record({ actor, action: "job.cancel", subject: order.id, detail });
          }
        },

        async identities() {
          const known = await jobs.identities();
          return ({ name }) => known.get(name);
        },
      };
    },
  };
}

/** Whether an order is what a document says: as it was applied, or as far as the order itself tells. */
async function isSame(
  { registry }: ApplyPorts,
  document: Document,
  before: AppliedDocument | undefined,
  there: JobOrder,
): Promise<boolean> {
  if (before !== undefined) return isDeepStrictEqual(before.spec, document.spec);
  const { group, nodes = [] } = specOf(document);
  const { work, notBefore = null, perMinute = null, wake = false } = orderOf(document);
  // The newest one then, where none is said.
  const version = work.task === "deploy" ? { version: (there.work.spec as { version?: number }).version } : {};
  const said = { task: work.task, spec: { ...version, ...work.spec } };
  if (!isDeepStrictEqual(there.work, said)) return false;
  if (!isDeepStrictEqual([there.notBefore, there.perMinute, there.wake ?? false], [notBefore, perMinute, wake]))
    return false;
  if (group !== undefined) return "group" in there.target && there.target.group === group;
  if (!("nodes" in there.target)) return false;
  try {
    return isDeepStrictEqual(new Set(await nodeIdsOf({ registry }, nodes)), new Set(there.target.nodes));
  } catch (thrown) {
    if (thrown instanceof GatehouseError && thrown.status < 500) return false;
    throw thrown;
  }
}

async function placed(ports: ApplyPorts, document: Document, actor: string, dryRun: boolean): Promise<void> {
  const { group, nodes = [] } = specOf(document);
  try {
    const target = group === undefined ? { nodes: await nodeIdsOf(ports, nodes) } : { group };
    await placeOrder(ports, { ...orderOf(document), target }, actor);
  } catch (thrown) {
    if (!(thrown instanceof GatehouseError) || thrown.code !== "not-found") throw thrown;
    // A package that the same documents publish is not there: a dry run has not got its files.
    if (dryRun && specOf(document).task === "deploy") return;
    throw new GatehouseError("conflict", thrown.message);
  }
}
