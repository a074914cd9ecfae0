import { boolean, integer, listOf, moment, named, object, text } from "../operation/schema.js";

const blob = { sha256: text({ description: "Lower-case hex." }), size: integer({ description: "Bytes." }) };
const headFields = { name: text(), channel: text(), version: integer(), ...blob };

/** Where a channel points. */
export const Head = named("Head", object(headFields));
export const ArtifactList = named("ArtifactList", object({ artifacts: listOf(Head) }));

const ArtifactVersion = named(
  "ArtifactVersion",
  object({
    version: integer(),
    channel: text(),
    publishedBy: text(),
    publishedAt: moment(),
    warnings: listOf(text()),
    current: boolean({ description: "The channel points at it." }),
    ...blob,
  }),
);
export const ArtifactVersionList = named("ArtifactVersionList", object({ versions: listOf(ArtifactVersion) }));

export const Publication = named(
  "Publication",
  object({
    ...headFields,
    changed: boolean({ description: "False when the channel already pointed at these very bytes." }),
    warnings: listOf(text()),
  }),
);

export const ChannelMove = named("ChannelMove", object({ version: integer({ minimum: 1, maximum: 2_147_483_647 }) }));
