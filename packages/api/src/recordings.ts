import { GatehouseError } from "@gatehouse/core/errors";
import {
  type NewRecording,
  RECORDED_EXCHANGES,
  RECORDED_MEGABYTES,
  RECORDING_HOURS,
  type Recording,
} from "@gatehouse/core/exchanges";
import { plainAddress } from "@gatehouse/http";
import type { ApiDeps } from "./deps.js";
import { given } from "./models/common.js";
import { nodeOf } from "./resolve.js";

/** A recording as an operator says it: what is left out counts as it is unless told. */
export interface SaidRecording extends Partial<Pick<NewRecording, "name" | "seconds" | "most" | "megabytes">> {
  /** A name, an id or an alias. */
  readonly node?: string;
  readonly group?: string;
  readonly protocol?: string;
  readonly route?: string;
  readonly from?: string;
  readonly leastStatus?: number;
}

interface Finding {
  readonly registry: Pick<ApiDeps["registry"], "find">;
}

/** With what counts where it is left out, but for the node. Pure. */
export function recordingOf({ name, node: _, from, seconds, most, megabytes, ...spec }: SaidRecording): NewRecording {
  return {
    ...given({ name }),
    // As exchanges have it: an IPv6 address is written in many ways, and would be waited for in vain in another.
    spec: { ...spec, ...given({ from: plainAddress(from) ?? from }) },
    seconds: seconds ?? RECORDING_HOURS * 3600,
    most: most ?? RECORDED_EXCHANGES,
    megabytes: megabytes ?? RECORDED_MEGABYTES,
  };
}

/** {@link recordingOf} with the node's id. @throws not-found and conflict for the node */
export async function wholeRecording(deps: Finding, said: SaidRecording): Promise<NewRecording> {
  const recording = recordingOf(said);
  if (said.node === undefined) return recording;
  return { ...recording, spec: { ...recording.spec, nodeId: (await nodeOf(deps, said.node)).id } };
}

interface Deps extends Finding {
  readonly audit: Pick<ApiDeps["audit"], "record">;
  readonly groups: Pick<ApiDeps["groups"], "get">;
  readonly recordings: Pick<ApiDeps["recordings"], "add">;
}

/**
 * Begins to record, and notes who wanted what.
 * @throws not-found for a node or a group that is not there, and what the port throws
 */
export async function beginRecording(deps: Deps, said: SaidRecording, actor: string): Promise<Recording> {
  const whole = await wholeRecording(deps, said);
  if (said.group !== undefined && (await deps.groups.get(said.group)) === undefined)
    throw new GatehouseError("not-found", "There is no group with this name.");
  const recording = await deps.recordings.add(whole, actor);
  await deps.audit.record({
    ...{ actor, action: "recording.add", subject: recording.id },
    detail: { name: recording.name, ...whole.spec, endsAt: recording.endsAt.toISOString() },
  });
  return recording;
}
