import { GatehouseError } from "@gatehouse/core/errors";
import { NewRecording, Recording, RecordingList } from "../models/exchange.js";
import { created, json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { beginRecording } from "../recordings.js";

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
    async ({ body, actor }) =>
      created(await beginRecording(deps, body, actor)),
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
