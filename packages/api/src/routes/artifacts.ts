import type { ArtifactKind } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { withUpload } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { ArtifactList, ArtifactVersionList, ChannelMove, Head, Publication } from "../models/artifact.js";
import { created, json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional, withDefault } from "../operation/parameters.js";
import { text } from "../operation/schema.js";

const STALE = "The .checksum file beside it belongs to other bytes: it was ignored, agents get the checksum of these.";
const KIND_PART = "A kind of one of the protocols, such as `dsc-configuration`.";

/** Finds kinds by their ids. @throws not-found */
function kindsOf({ protocols }: Pick<ApiDeps, "protocols">): (id: string) => ArtifactKind {
  const kinds = new Map(
    protocols.flatMap(({ artifactKinds }) => artifactKinds.map((kind) => [kind.id, kind] as const)),
  );
  return (id) => {
    const kind = kinds.get(id);
    if (kind !== undefined) return kind;
    throw new GatehouseError("not-found", `There is no kind ${id}; there is ${[...kinds.keys()].join(", ")}.`);
  };
}

export const listArtifacts = operation({
  id: "api.artifacts.list",
  method: "GET",
  path: "/artifacts/{kind}",
  parts: { kind: KIND_PART },
  summary: "What is published of a kind, by name and channel",
  role: "viewer",
  answers: { 200: json("Where the channels point.", ArtifactList) },
  handle: (deps) => {
    const kindOf = kindsOf(deps);
    return async ({ path }) => ok({ artifacts: await deps.content.list(kindOf(path.kind).id) });
  },
});

export const publishArtifact = operation({
  id: "api.artifacts.publish",
  method: "POST",
  path: "/artifacts/{kind}",
  parts: { kind: KIND_PART },
  summary: "Publish a file",
  description: "The version is visible to agents when the answer is there, and not before.",
  role: "operator",
  query: {
    file: withDefault("", "The file's name: the artifact's name comes from it.", text({ maxLength: 1000 })),
    checksum: optional(
      "The SHA-256 that its publisher wrote beside it, in hex; an other one than that of the bytes makes a warning.",
      text({ maxLength: 1000 }),
    ),
  },
  upload: {
    description: "The file's bytes.",
    limit: ({ protocols }) =>
      Math.max(0, ...protocols.flatMap(({ artifactKinds }) => artifactKinds.map(({ maxBytes }) => maxBytes))),
  },
  answers: {
    200: json("The channel points at these very bytes already.", Publication),
    201: json("The new version.", Publication),
  },
  handle: (deps) => {
    const kindOf = kindsOf(deps);
    return ({ path, query, actor, request }) => {
      const kind = kindOf(path.kind);
      const checksum = query.checksum?.trim().toLowerCase();
      return withUpload(request.raw, deps.uploadDir, kind.maxBytes, async (file) => {
        const { name, channel, warnings } = await kind.inspect(query.file, file);
        const publication = { kind: kind.id, name, channel, file, by: actor, warnings };
        const published = await deps.content.publish(publication);
        if (published.changed) {
          await deps.audit.record({
            actor,
            action: "artifact.publish",
            subject: `${kind.id}/${published.name}`,
            detail: { channel, version: published.version, sha256: published.sha256 },
          });
        }
        const stale = checksum !== undefined && checksum !== published.sha256;
        const body = { ...published, warnings: stale ? [...warnings, STALE] : warnings };
        return published.changed ? created(body) : ok(body);
      });
    };
  },
});

export const listArtifactVersions = operation({
  id: "api.artifacts.versions",
  method: "GET",
  path: "/artifacts/{kind}/{name}/versions",
  parts: { kind: KIND_PART, name: "The artifact's name." },
  summary: "The versions of an artifact, newest first",
  role: "viewer",
  answers: { 200: json("The versions.", ArtifactVersionList) },
  handle: (deps) => {
    const kindOf = kindsOf(deps);
    return async ({ path }) => {
      const versions = await deps.content.versions(kindOf(path.kind).id, path.name);
      if (versions.length === 0) throw new GatehouseError("not-found", "Nothing is published under this name.");
      return ok({ versions });
    };
  },
});

export const moveChannel = operation({
  id: "api.artifacts.move-channel",
  method: "PUT",
  path: "/artifacts/{kind}/{name}/channels/{channel}",
  parts: { kind: KIND_PART, name: "The artifact's name.", channel: "Such as `current`." },
  summary: "Point a channel at a version; rolling back is pointing it back",
  role: "operator",
  body: ChannelMove,
  answers: { 200: json("Where the channel points.", Head) },
  handle: (deps) => {
    const kindOf = kindsOf(deps);
    return async ({ path, body: { version }, actor }) => {
      const kind = kindOf(path.kind).id;
      const { name, channel } = path;
      const before = (await deps.content.channels(kind, name)).find((head) => head.channel === channel);
      const head = await deps.content.moveChannel(kind, name, channel, version);
      if (head === undefined)
        throw new GatehouseError("not-found", `There is no version ${version} of this name in the channel ${channel}.`);
      await deps.audit.record({
        actor,
        action: "artifact.move-channel",
        subject: `${kind}/${head.name}`,
        detail: { channel, before: before?.version ?? null, version },
      });
      return ok(head);
    };
  },
});
