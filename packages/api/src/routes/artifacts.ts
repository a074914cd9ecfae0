import type { ArtifactKind } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { actorOf, bodyParser, JSON_LIMIT, json, pathPart } from "../json.js";
import { withUpload } from "../spool.js";

const parseMove = bodyParser<{ version: number }>({
  type: "object",
  required: ["version"],
  additionalProperties: false,
  properties: { version: { type: "integer", minimum: 1, maximum: 2_147_483_647 } },
});

/** Published content: list, versions, publish, and moving a channel (rollback is moving it back). */
export function artifactRoutes(deps: ApiDeps): RouteRow[] {
  const kinds = new Map(
    deps.protocols.flatMap(({ artifactKinds }) => artifactKinds.map((kind) => [kind.id, kind] as const)),
  );
  const kindOf = (id: string): ArtifactKind => {
    const kind = kinds.get(id);
    if (kind === undefined)
      throw new GatehouseError("not-found", `There is no kind ${id}; there is ${[...kinds.keys()].join(", ")}.`);
    return kind;
  };
  const largest = Math.max(...[...kinds.values()].map(({ maxBytes }) => maxBytes));

  return [
    {
      id: "api.artifacts.list",
      method: "GET",
      pattern: /^\/api\/v1\/artifacts\/(?<kind>[^/]+)$/,
      access: { who: "operator", role: "viewer" },
      bodyLimit: 0,
      admission: "operator",
      handle: async (request) =>
        json(200, { artifacts: await deps.content.list(kindOf(pathPart(request, "kind")).id) }),
    },
    {
      id: "api.artifacts.publish",
      method: "POST",
      pattern: /^\/api\/v1\/artifacts\/(?<kind>[^/]+)$/,
      access: { who: "operator", role: "operator" },
      bodyLimit: largest,
      streamed: true,
      admission: "operator",
      handle: (request) => {
        const kind = kindOf(pathPart(request, "kind"));
        const fileName = request.query.get("file") ?? "";
        const checksum = request.query.get("checksum")?.trim().toLowerCase();
        return withUpload(request.raw, deps.uploadDir, kind.maxBytes, async (file) => {
          const { name, channel, warnings } = await kind.inspect(fileName, file);
          const published = await deps.content.publish({
            kind: kind.id,
            name,
            channel,
            file,
            by: actorOf(request),
            warnings,
          });
          const stale = checksum !== undefined && checksum !== published.sha256;
          if (published.changed) {
            await deps.audit.record({
              actor: actorOf(request),
              action: "artifact.publish",
              subject: `${kind.id}/${published.name}`,
              detail: { channel, version: published.version, sha256: published.sha256 },
            });
          }
          return json(published.changed ? 201 : 200, {
            ...published,
            warnings: stale
              ? [
                  ...warnings,
                  "The .checksum file beside it belongs to other bytes: it was ignored, agents get the checksum of these.",
                ]
              : warnings,
          });
        });
      },
    },
    {
      id: "api.artifacts.versions",
      method: "GET",
      pattern: /^\/api\/v1\/artifacts\/(?<kind>[^/]+)\/(?<name>[^/]+)\/versions$/,
      access: { who: "operator", role: "viewer" },
      bodyLimit: 0,
      admission: "operator",
      handle: async (request) => {
        const versions = await deps.content.versions(kindOf(pathPart(request, "kind")).id, pathPart(request, "name"));
        if (versions.length === 0) throw new GatehouseError("not-found", "Nothing is published under this name.");
        return json(200, { versions });
      },
    },
    {
      id: "api.artifacts.move-channel",
      method: "PUT",
      pattern: /^\/api\/v1\/artifacts\/(?<kind>[^/]+)\/(?<name>[^/]+)\/channels\/(?<channel>[^/]+)$/,
      access: { who: "operator", role: "operator" },
      bodyLimit: JSON_LIMIT,
      admission: "operator",
      handle: async (request) => {
        const kind = kindOf(pathPart(request, "kind")).id;
        const [name, channel] = [pathPart(request, "name"), pathPart(request, "channel")];
        const { version } = parseMove(request.body);
        const head = await deps.content.moveChannel(kind, name, channel, version);
        if (head === undefined)
          throw new GatehouseError(
            "not-found",
            `There is no version ${version} of this name in the channel ${channel}.`,
          );
        await deps.audit.record({
          actor: actorOf(request),
          action: "artifact.move-channel",
          subject: `${kind}/${head.name}`,
          detail: { channel, version },
        });
        return json(200, head);
      },
    },
  ];
}
