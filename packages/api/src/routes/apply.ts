import { SMALL_CONTENT } from "@gatehouse/core/content";
import { MOST_FILE } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { withUpload } from "@gatehouse/http";
import { documentsSchema } from "../apply/schema.js";
import type { ApiDeps } from "../deps.js";
import {
  Applied,
  Digests,
  Documents,
  DocumentsSchema,
  MissingFiles,
  SMALL_FILES_LIMIT,
  SmallFiles,
  StagedFile,
  StagedFiles,
} from "../models/apply.js";
import { created, json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

/** Bytes: 10,000 documents of some size, with their secrets. */
const DOCUMENTS_LIMIT = 64 << 20;
/** Bytes: 10,000 digests. */
const DIGESTS_LIMIT = 1 << 20;

const largestFile = ({ documentKinds }: Pick<ApiDeps, "documentKinds">) =>
  Math.max(MOST_FILE, ...documentKinds.map(({ content }) => content?.artifact.maxBytes ?? 0));

export const applyDocuments = operation({
  id: "api.apply",
  method: "POST",
  path: "/apply",
  parts: {},
  summary: "Make things as documents describe them: all of them, or none",
  description:
    "The same documents again change nothing. Content that they name is sent before, to `/apply/files`. Secrets stand beside the documents, never in them, and in no answer.",
  role: "admin",
  body: Documents,
  bodyLimit: DOCUMENTS_LIMIT,
  answers: { 200: json("What was done, or in a dry run would be.", Applied) },
  refusals: [409],
  handle:
    (deps) =>
    async ({
      body: { documents, secrets = {}, files = {}, set = "default", dryRun = false, prune = false },
      actor,
    }) => {
      const given = { secrets: new Map(Object.entries(secrets)), files: new Map(Object.entries(files)) };
      return ok(await deps.apply({ documents, given, set, dryRun, prune, actor }));
    },
});

export const showDocumentsSchema = operation({
  id: "api.apply.schema",
  method: "GET",
  path: "/apply/schema",
  parts: {},
  summary: "JSON Schema (draft 07) of files of documents, for editors",
  role: "viewer",
  answers: { 200: json("The schema.", DocumentsSchema) },
  handle:
    ({ documentKinds }) =>
    () =>
      ok(documentsSchema(documentKinds)),
});

export const missingFiles = operation({
  id: "api.apply.missing-files",
  method: "POST",
  path: "/apply/missing-files",
  parts: {},
  summary: "Which content has to be sent before documents or environments that name it",
  description: "Content that is here, and that nothing names yet, is kept for a day from now on.",
  role: "operator",
  body: Digests,
  bodyLimit: DIGESTS_LIMIT,
  answers: { 200: json("Those that are not here.", MissingFiles) },
  handle:
    ({ content }) =>
    async ({ body: { sha256s } }) => {
      const here = new Set((await content.stored(sha256s)).map(({ sha256 }) => sha256));
      return ok({ missing: [...new Set(sha256s)].filter((sha256) => !here.has(sha256)) });
    },
});

export const stageFile = operation({
  id: "api.apply.stage-file",
  method: "POST",
  path: "/apply/files",
  parts: {},
  summary: "Send content that documents or an environment are about to name",
  description: "It is kept for a day; nobody gets it before something that names it is applied or deployed.",
  role: "operator",
  upload: { description: "The file's bytes.", limit: largestFile },
  answers: { 201: json("What arrived.", StagedFile) },
  handle:
    (deps) =>
    ({ request }) =>
      withUpload(request.raw, deps.uploadDir, largestFile(deps), async (file) =>
        created(await deps.content.stage(file)),
      ),
});

export const stageSmallFiles = operation({
  id: "api.apply.stage-small-files",
  method: "POST",
  path: "/apply/small-files",
  parts: {},
  summary: "Send many small files at once",
  description: "As `/apply/files`, each of at most 64 KiB: the thousands of an environment come in a few requests.",
  role: "operator",
  body: SmallFiles,
  bodyLimit: SMALL_FILES_LIMIT,
  answers: { 201: json("What arrived, in the order of the request.", StagedFiles) },
  handle:
    ({ content }) =>
    async ({ body: { files } }) =>
      created({ files: await content.stageSmall(files.map(bytesOf)) }),
});

function bytesOf(text: string, place: number): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text || bytes.length > SMALL_CONTENT)
    throw new GatehouseError(
      "request-malformed",
      `The body's /files/${place} is no Base64 of at most ${SMALL_CONTENT} bytes.`,
    );
  return bytes;
}
