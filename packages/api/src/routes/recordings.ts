import { GatehouseError } from "@gatehouse/core/errors";
import { RECORDED_EXCHANGES, RECORDED_MEGABYTES, RECORDING_HOURS } from "@gatehouse/core/exchanges";
import { given } from "../models/common.js";
import { NewRecording, Recording, RecordingList } from "../models/exchange.js";
import { created, json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { nodeOf } from "../resolve.js";

export const listRecordings = operation({
  id: "api.recordings.list",
  method: "GET",
  path: "/recordings",
  parts: {},
  summary: "What is recorded of what goes over the wire, those that are on first",
  role: "operator",
  answers: { 200: json("The recordings.", RecordingList) },
  handle:
    ({ recordings }) =>
    async () =>
      ok({ recordings: await recordings.list() }),
});

export const addRecording = operation({
  id: "api.recordings.add",
  method: "POST",
  path: "/recordings",
  parts: {},
  summary: "Record what agents say and are answered, for a while",
  description:
    "What is said of the exchanges has to hold all together; what is left out does not narrow. Operators' own calls are not recorded.",
  role: "operator",
  body: NewRecording,
  answers: { 201: json("The recording.", Recording) },
  refusals: [404, 409],
  handle:
    (deps) =>
    async ({ body, actor }) => {
      const { name, node, seconds, most, megabytes, ...rest } = body;
      const nodeId = node === undefined ? undefined : (await nodeOf(deps, node)).id;
      if (rest.group !== undefined && (await deps.groups.get(rest.group)) === undefined)
        throw new GatehouseError("not-found", "There is no group with this name.");
      const spec = given({ ...rest, nodeId });
      const recording = await deps.recordings.add(
        {
          ...given({ name }),
          spec,
          seconds: seconds ?? RECORDING_HOURS * 3600,
          most: most ?? RECORDED_EXCHANGES,
          megabytes: megabytes ?? RECORDED_MEGABYTES,
        },
        actor,
      );
      await deps.audit.record({
        ...{ actor, action: "recording.add", subject: recording.id },
        detail: { name: recording.name, ...spec, endsAt: recording.endsAt.toISOString() },
      });
      return created(recording);
    },
});

export const stopRecording = operation({
  id: "api.recordings.stop",
  method: "DELETE",
  path: "/recordings/{recording}",
  parts: { recording: "Name or id." },
  summary: "Stop a recording; what it kept stays as long as it was to",
  role: "operator",
  answers: { 200: json("The recording.", Recording) },
  handle:
    ({ recordings, audit }) =>
    async ({ path, actor }) => {
      const stopped = await recordings.stop(path.recording, actor);
      if (stopped === undefined)
        throw new GatehouseError("not-found", "There is no recording that is on with this name or id.");
      await audit.record({ actor, action: "recording.stop", subject: stopped.id, detail: { name: stopped.name } });
      return ok(stopped);
    },
});
