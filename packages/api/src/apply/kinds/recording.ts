import { isDeepStrictEqual } from "node:util";
import { GatehouseError } from "@gatehouse/core/errors";
import { type NewRecording, RECORDING_NAME, type Recording, recordingFault } from "@gatehouse/core/exchanges";
import { given } from "../../models/common.js";
import { recordingFields } from "../../models/exchange.js";
import { object } from "../../operation/schema.js";
import { beginRecording, recordingOf, type SaidRecording, wholeRecording } from "../../recordings.js";
import { differences } from "../differences.js";
import { atDocument } from "../faults.js";
import type { ApplyPorts, Document, DocumentKind } from "../kind.js";

const saidOf = ({ name, spec }: Pick<Document, "name" | "spec">): SaidRecording => ({ ...spec, name });

/**
 * What is recorded of what goes over the wire, from the apply on. One that is over or full has done what the document says,
 * and is not begun anew; one that somebody stopped is.
 */
export function recordingKind(): DocumentKind {
  return {
    kind: "Recording",
    description:
      "What is recorded of what goes over the wire, once: one that is over or full is not begun anew by the same document.",
    name: { type: "string", pattern: RECORDING_NAME, description: "What the recording is called." },
    spec: object({}, recordingFields).json,

    check(document) {
      const fault = recordingFault(recordingOf(saidOf(document)));
      return fault === undefined ? {} : { faults: [{ pointer: "/spec", message: fault }] };
    },

    async open({ ports, actor }) {
      const newest = newestOf(await ports.recordings.list());
      return {
        async compare(document, before) {
          const there = newest.get(document.name);
          // Asked whether it is to be taken away.
          if (document.index < 0) return there?.state === "on" ? [] : undefined;
          if (there?.state === "on") return differences(shown(there), await wanted(ports, document));
          const isDone = there?.state !== "stopped" && before !== undefined;
          return isDone && isDeepStrictEqual(before.spec, document.spec) ? [] : undefined;
        },

        async change(put, remove) {
          for (const { name } of [...remove, ...put]) {
            const there = newest.get(name);
            if (there?.state !== "on" || (await ports.recordings.stop(there.id, actor)) === undefined) continue;
            await ports.audit.record({ actor, action: "recording.stop", subject: there.id, detail: { name } });
          }
          for (const document of put) await atDocument(document, "/spec", () => begun(ports, document, actor));
        },

        async identities() {
          const now = newestOf(await ports.recordings.list());
          return ({ name }) => now.get(name)?.id;
        },
      };
    },
  };
}

/** By name: the one that is on, else the one that began last. */
function newestOf(listed: readonly Recording[]): Map<string, Recording> {
  const newest = new Map<string, Recording>();
  for (const recording of listed)
    if (recording.name !== null && !newest.has(recording.name)) newest.set(recording.name, recording);
  return newest;
}

const fieldsOf = ({ spec, seconds, most, megabytes }: Omit<NewRecording, "name">) => {
  const { nodeId, ...rest } = spec;
  return { ...rest, ...(nodeId === undefined ? {} : { node: nodeId }), seconds, most, megabytes };
};

const shown = ({ createdAt, endsAt, ...recording }: Recording) =>
  fieldsOf({ ...recording, seconds: Math.round((endsAt.getTime() - createdAt.getTime()) / 1000) });

/** As {@link shown}; a node that is not there stands as it was said, and is refused when the recording is to begin. */
async function wanted(ports: ApplyPorts, document: Document): Promise<ReturnType<typeof fieldsOf>> {
  const said = saidOf(document);
  try {
    return fieldsOf(await wholeRecording(ports, said));
  } catch (thrown) {
    if (!(thrown instanceof GatehouseError) || thrown.status >= 500) throw thrown;
    return { ...fieldsOf(recordingOf(said)), ...given({ node: said.node }) };
  }
}

async function begun(ports: ApplyPorts, document: Document, actor: string): Promise<void> {
  try {
    await beginRecording(ports, saidOf(document), actor);
  } catch (thrown) {
    if (!(thrown instanceof GatehouseError) || thrown.code !== "not-found") throw thrown;
    throw new GatehouseError("conflict", thrown.message);
  }
}
