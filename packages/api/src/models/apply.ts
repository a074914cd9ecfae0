import { SMALL_CONTENT } from "@gatehouse/core/content";
import { MOST_DOCUMENTS } from "../apply/bounds.js";
import {
  anything,
  boolean,
  described,
  integer,
  listOf,
  looseObject,
  mapOf,
  named,
  nullable,
  object,
  oneOf,
  text,
} from "../operation/schema.js";

const sha256 = text({ pattern: "^[0-9a-f]{64}$", description: "Of the bytes, lower-case hex." });
const StagedFile = named("StagedFile", object({ sha256, size: integer({ minimum: 0, description: "Bytes." }) }));

export { StagedFile };

/** Files that one request holds, and the bytes of that request. */
export const MOST_SMALL_FILES = 1000;
export const SMALL_FILES_LIMIT = 4 << 20;

export const SmallFiles = named(
  "SmallFiles",
  object({
    files: listOf(text({ maxLength: Math.ceil(SMALL_CONTENT / 3) * 4, description: "A file's bytes, in Base64." }), {
      maxItems: MOST_SMALL_FILES,
    }),
  }),
);
export const StagedFiles = named("StagedFiles", object({ files: listOf(StagedFile) }));

export const Digests = named("Digests", object({ sha256s: listOf(sha256, { maxItems: MOST_DOCUMENTS }) }));
export const MissingFiles = named("MissingFiles", object({ missing: listOf(sha256) }));

export const Documents = named(
  "Documents",
  object(
    {
      documents: listOf(anything(), {
        maxItems: MOST_DOCUMENTS,
        description: "Each with kind, name and spec; `GET /apply/schema` says which there are.",
      }),
    },
    {
      secrets: mapOf(text({ maxLength: 65_536 }), {
        description: "What specs tell as `{env: NAME}` and `{file: PATH}`, under `env:NAME` and `file:PATH`.",
      }),
      files: mapOf(StagedFile, { description: "Content that specs name by path." }),
      set: text({
        pattern: "^[A-Za-z0-9._-]{1,100}$",
        default: "default",
        description: "Whose documents they are: a set takes away what it applied itself, and two do not share a thing.",
      }),
      dryRun: boolean({ default: false, description: "Say what would happen; nothing is kept." }),
      prune: boolean({ default: false, description: "Take away what this set applied before and names no more." }),
    },
  ),
);

const FieldChange = named(
  "FieldChange",
  object(
    { field: text() },
    {
      before: anything(),
      after: anything(),
      secret: boolean({ description: "It changed, and neither side is shown." }),
    },
  ),
);

export const Applied = named(
  "Applied",
  object({
    set: text(),
    dryRun: boolean(),
    changes: listOf(
      object({
        action: described(
          "`left`: the documents name it no more, and it stays all the same.",
          oneOf(["create", "update", "remove", "left"]),
        ),
        kind: text(),
        name: text(),
        fields: listOf(FieldChange, { description: "What an update changes." }),
        note: nullable(text({ description: "Why something is left." })),
      }),
    ),
    unchanged: integer(),
    warnings: listOf(object({ kind: text(), name: text(), message: text() })),
  }),
);

export const DocumentsSchema = looseObject();
